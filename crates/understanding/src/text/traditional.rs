//! Traditional characters of trade in their simplified form, one for one, so that spans stay true.

/// In order of their code points; each takes three bytes.
const TRADITIONAL: &str = "\
    佢來係俾倉個們傘備傳傷僅價儀億儘償優兩冇凍則剛創劃劑動務勝勞勢勵勻匯區協卻參咁咩員唔問啲喚單喺嗎\
    嗰嘅噸嚴國圍園圖團執堅報場塊壓壞夠夢夥奪妳孫學實審寫寬將專尋對導層屬師帳帶幣幫幹幾庫廠廢廣廳張強\
    彈彎後徑從復徵愛態慣慮憤應懷戰戲戶換損撥擇擔據擴擾攜敵數斬斷於時晝暫曬書會東條業極構槍樂樓標樣樹\
    橋機檔檢檯權歐歡歲歷歸殘殺殼氣氫決沒況淨淺減測湊準溫滿漢漲潔潤濃濕濾瀏灑灣災為無煉煙煩熱燈燒爐爭\
    牆獨獲現環產畀畝當瘋療發監盤盧眾矽確碼礎禮稅種積穩窮竄筆節範築篩簡簽糧糾紀約紅紋納純紙級細終組結\
    絕絡給絨統絲綁經綠維網緊線編緩練縫縮總績織繩繪繫繳續纖纜罰羅義習聯聲職聽膚膠臨臺與興舉舊艙艦艱莊\
    華萬葉蓋蔥藍藝藥處虛號蟲術衛裏補裝裡製複襯見規視親覽觀觸訂訊訓記訪設許評詞詢試話詳認誘語誠誤說誰\
    課調談請諮諾謀講謝證識譯議護讀變讓讚豎豐豬貓貝負財貢貨販貫責貳貴貶買貸費貼貿資賓賞賠賣質賬賴賺購\
    贈贏趕趨躉躍車軌軍軔軟軸較載輔輕輛輩輪輯輸轉辦辭農這週進運過達遞遠適遲選還邊邏郵鄉鄭醜醫釋釐釘針\
    釣釦鈔鈕鈣鉛銀銅銖銘銭銷鋁鋒鋸鋼錄錢錦錫錯鍋鍍鍵鍾鎊鎖鎢鎳鏈鏡鏽鐘鐵鑄鑰鑽長門閉開閒間闆闊關陣陸\
    陽隊際隨險隻雙雜雞離難雲電霧靈靜鞏韓頁項順須預頓領頭頻題額顏願類顧顯颱飛飯飲養館馬駕騙驅驗驚體鬧\
    魚鳥鹽麗麥麵麼黃點齊齒龍";
/// The simplified form at the same place.
const SIMPLIFIED: &str = "\
    他来是给仓个们伞备传伤仅价仪亿尽偿优两没冻则刚创划剂动务胜劳势励匀汇区协却参这什员不问点唤单在吗\
    个的吨严国围园图团执坚报场块压坏够梦伙夺你孙学实审写宽将专寻对导层属师账带币帮干几库厂废广厅张强\
    弹弯后径从复征爱态惯虑愤应怀战戏户换损拨择担据扩扰携敌数斩断于时昼暂晒书会东条业极构枪乐楼标样树\
    桥机档检台权欧欢岁历归残杀壳气氢决没况净浅减测凑准温满汉涨洁润浓湿滤浏洒湾灾为无炼烟烦热灯烧炉争\
    墙独获现环产给亩当疯疗发监盘卢众硅确码础礼税种积稳穷窜笔节范筑筛简签粮纠纪约红纹纳纯纸级细终组结\
    绝络给绒统丝绑经绿维网紧线编缓练缝缩总绩织绳绘系缴续纤缆罚罗义习联声职听肤胶临台与兴举旧舱舰艰庄\
    华万叶盖葱蓝艺药处虚号虫术卫里补装里制复衬见规视亲览观触订讯训记访设许评词询试话详认诱语诚误说谁\
    课调谈请咨诺谋讲谢证识译议护读变让赞竖丰猪猫贝负财贡货贩贯责贰贵贬买贷费贴贸资宾赏赔卖质账赖赚购\
    赠赢赶趋趸跃车轨军轫软轴较载辅轻辆辈轮辑输转办辞农这周进运过达递远适迟选还边逻邮乡郑丑医释厘钉针\
    钓扣钞钮钙铅银铜铢铭钱销铝锋锯钢录钱锦锡错锅镀键钟镑锁钨镍链镜锈钟铁铸钥钻长门闭开闲间板阔关阵陆\
    阳队际随险只双杂鸡离难云电雾灵静巩韩页项顺须预顿领头频题额颜愿类顾显台飞饭饮养馆马驾骗驱验惊体闹\
    鱼鸟盐丽麦面么黄点齐齿龙";

/// Bytes of a character.
const WIDTH: usize = 3;

/// Which characters from the first Han one on stand in the table, a bit for each: most do not, and need no search.
static IS_TRADITIONAL: [u64; BLOCK / 64] = {
    let mut bits = [0; BLOCK / 64];
    let bytes = TRADITIONAL.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let head = (bytes[at] & 0xf) as usize;
        let letter = head << 12 | ((bytes[at + 1] & 0x3f) as usize) << 6 | (bytes[at + 2] & 0x3f) as usize;
        bits[(letter - FIRST) / 64] |= 1 << ((letter - FIRST) % 64);
        at += WIDTH;
    }
    bits
};
const FIRST: usize = 0x4e00;
const BLOCK: usize = 0x5200;

/// The simplified form of a character, which most often is itself.
pub fn simplified(c: char) -> char {
    let place = (c as usize).wrapping_sub(FIRST);
    if IS_TRADITIONAL.get(place / 64).is_none_or(|bits| bits & (1 << (place % 64)) == 0) {
        return c;
    }
    let mut buffer = [0; 4];
    let wanted: &str = c.encode_utf8(&mut buffer);
    let at = |table: &'static str, i: usize| table.get(i * WIDTH..(i + 1) * WIDTH).unwrap_or_default();
    let (mut low, mut high) = (0, TRADITIONAL.len() / WIDTH);
    while low < high {
        let middle = usize::midpoint(low, high);
        match at(TRADITIONAL, middle).cmp(wanted) {
            std::cmp::Ordering::Equal => return at(SIMPLIFIED, middle).chars().next().unwrap_or(c),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_in_order_and_of_one_length() {
        let traditional: Vec<char> = TRADITIONAL.chars().collect();
        assert!(traditional.is_sorted());
        assert_eq!(traditional.len(), SIMPLIFIED.chars().count());
        assert_eq!(TRADITIONAL.len(), traditional.len() * WIDTH);
    }

    #[test]
    fn every_traditional_character_is_known_and_no_other() {
        let known = TRADITIONAL.chars().zip(SIMPLIFIED.chars());
        assert!(known.into_iter().all(|(c, simple)| simplified(c) == simple));
        let all = ('\0'..=char::MAX).filter(|&c| simplified(c) != c).count();
        let changing = TRADITIONAL.chars().zip(SIMPLIFIED.chars()).filter(|(c, simple)| c != simple).count();
        assert_eq!(all, changing);
    }

    #[test]
    fn traditional_text_reads_as_simplified() {
        let text: String = "報價單發貨電話幾號多少钱".chars().map(simplified).collect();
        assert_eq!(text, "报价单发货电话几号多少钱");
    }
}
