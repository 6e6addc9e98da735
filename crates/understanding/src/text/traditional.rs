//! Traditional characters of trade in their simplified form, one for one, so that spans stay true.

/// In order of their code points; each takes three bytes.
const TRADITIONAL: &str = "\
    佢來係俾倉個們備傳傷僅價儀億儘償優冇凍則剛創劃動務勝勞勢勵勻匯區協卻參咁咩員唔問啲喚單喺嗎嗰嘅嚴\
    國圍園圖團執堅報場塊壓壞夠夢夥奪妳孫學實審寫寬將專尋對導層屬師帳帶幣幫幹幾庫廠廢廣廳張強彈彎後徑\
    從復徵愛態慣慮憤應懷戰戲戶換損撥擇擔據擴擾攜敵數斬斷於時晝暫曬書會東條業極構槍樂樓標樣樹橋機檔檢\
    權歐歡歲歷歸殘殺殼氣氫決沒況淨淺減測湊準溫滿漢漲潔潤濃濕濾瀏灑灣災為無煉煙煩熱燈燒爐爭牆獨獲現環\
    產畀當瘋療發監盤眾矽確碼礎禮稅種積穩窮竄筆節範築篩簡簽糧糾紀約紅紋納純紙級細終組結絕絡給絨統絲綁\
    經綠維網緊線編緩練縫縮總績織繩繪繫繳續纖纜罰羅義習聯聲職聽膚膠臨臺與興舉舊艙艦艱莊華萬葉蓋蔥藍藝\
    藥處虛號蟲術衛裏補裝裡製複襯見規視親覽觀觸訂訊訓記訪設許評詞詢試話詳認誘語誠誤說誰課調談請諮諾謀\
    講謝證識譯議護讀變讓讚豎豐豬貓貝負財貢貨販貫責貴貶買貸費貼貿資賓賞賠賣質賬賴賺購贈贏趕趨躉躍車軌\
    軍軔軟軸較載輔輕輛輩輪輯輸轉辦辭農這週進運過達遞遠適遲選還邊邏郵鄉鄭醜醫釋釘針釣釦鈔鈕鈣鉛銀銅銘\
    銷鋁鋒鋸鋼錄錢錦錫錯鍋鍍鍵鎖鎢鎳鏈鏡鏽鐘鐵鑄鑰鑽長門閉開閒間闆闊關陣陸陽隊際隨險隻雙雜雞離難雲電\
    霧靈靜鞏頁項順須預領頭頻題額顏願類顧顯颱飛飯飲養館馬駕騙驅驗驚體鬧魚鳥鹽麗麥麵麼黃點齊齒龍";
/// The simplified form at the same place.
const SIMPLIFIED: &str = "\
    他来是给仓个们备传伤仅价仪亿尽偿优没冻则刚创划动务胜劳势励匀汇区协却参这什员不问点唤单在吗个的严\
    国围园图团执坚报场块压坏够梦伙夺你孙学实审写宽将专寻对导层属师账带币帮干几库厂废广厅张强弹弯后径\
    从复征爱态惯虑愤应怀战戏户换损拨择担据扩扰携敌数斩断于时昼暂晒书会东条业极构枪乐楼标样树桥机档检\
    权欧欢岁历归残杀壳气氢决没况净浅减测凑准温满汉涨洁润浓湿滤浏洒湾灾为无炼烟烦热灯烧炉争墙独获现环\
    产给当疯疗发监盘众硅确码础礼税种积稳穷窜笔节范筑筛简签粮纠纪约红纹纳纯纸级细终组结绝络给绒统丝绑\
    经绿维网紧线编缓练缝缩总绩织绳绘系缴续纤缆罚罗义习联声职听肤胶临台与兴举旧舱舰艰庄华万叶盖葱蓝艺\
    药处虚号虫术卫里补装里制复衬见规视亲览观触订讯训记访设许评词询试话详认诱语诚误说谁课调谈请咨诺谋\
    讲谢证识译议护读变让赞竖丰猪猫贝负财贡货贩贯责贵贬买贷费贴贸资宾赏赔卖质账赖赚购赠赢赶趋趸跃车轨\
    军轫软轴较载辅轻辆辈轮辑输转办辞农这周进运过达递远适迟选还边逻邮乡郑丑医释钉针钓扣钞钮钙铅银铜铭\
    销铝锋锯钢录钱锦锡错锅镀键锁钨镍链镜锈钟铁铸钥钻长门闭开闲间板阔关阵陆阳队际随险只双杂鸡离难云电\
    雾灵静巩页项顺须预领头频题额颜愿类顾显台飞饭饮养馆马驾骗驱验惊体闹鱼鸟盐丽麦面么黄点齐齿龙";

/// Bytes of a character.
const WIDTH: usize = 3;

/// The simplified form of a character, which most often is itself.
pub fn simplified(c: char) -> char {
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
    fn traditional_text_reads_as_simplified() {
        let text: String = "報價單發貨電話幾號多少钱".chars().map(simplified).collect();
        assert_eq!(text, "报价单发货电话几号多少钱");
    }
}
