//! Words of the trade that mean one thing, in both languages.
//!
//! To add a concept, add a line. Chinese words match anywhere in the text, others as whole stems (a phrase as its words in a row).

use std::sync::LazyLock;

use super::features::{is_han, stem};

/// What a concept counts beside a pair of characters.
const WEIGHT: f32 = 1.6;

/// Concepts that go with any subject.
const WEAK: &[&str] = &["when", "fee"];
const WEAK_WEIGHT: f32 = 0.45;

const CONCEPTS: &[(&str, &[&str])] = &[
    ("warranty", &["质保", "保修", "产品保", "包修", "warranty", "guarantee"]),
    ("extend", &["延长", "延保", "三年质保", "extend", "extended", "extension"]),
    (
        "covered",
        &["包括", "包含", "范围", "什么情况", "人为", "cover", "covered", "misuse", "include", "included"],
    ),
    ("spare_part", &["备件", "配件", "易损件", "spare", "spares", "parts"]),
    ("discontinued", &["停产", "老型号", "替代", "代替", "discontinued", "replaces", "replacement for"]),
    ("freight", &["运费", "包邮", "送货", "freight", "delivery free", "shipping cost"]),
    ("domestic", &["国内", "大陆", "in china", "mainland"]),
    ("abroad", &["国外", "海外", "出口", "出国", "abroad", "overseas", "export", "country", "countries"]),
    ("express", &["快递", "空运", "加急", "急用", "express", "by air", "courier", "urgent"]),
    ("incoterm", &["贸易条款", "fob", "cif", "exw", "ddp", "incoterms", "incoterm"]),
    ("packing", &["包装", "木箱", "熏蒸", "防潮", "packed", "packing", "crate", "fumigated"]),
    ("paper", &["单据", "原产地证", "提单", "documents", "certificate of origin", "bill of lading"]),
    ("customs", &["关税", "清关", "海关", "customs", "duty", "clearance"]),
    ("damage", &["保险", "损坏", "破损", "坏了", "insured", "damaged", "damage", "transit"]),
    ("partial", &["分批", "先发一部分", "partial", "in parts"]),
    ("holiday", &["春节", "过年", "年前", "放假", "spring festival", "new year", "holiday"]),
    ("payment", &["付款", "定金", "怎么付", "payment terms", "deposit", "pay"]),
    ("credit_letter", &["信用证", "即期", "l c", "letter of credit"]),
    ("credit_terms", &["月结", "账期", "先货后款", "credit terms", "open account"]),
    ("acceptance", &["承兑", "acceptance"]),
    ("currency", &["美元", "欧元", "外币", "结算", "dollars", "euros", "currency"]),
    ("invoice", &["发票", "专票", "普票", "开票", "税点", "invoice", "invoicing", "vat"]),
    ("tax", &["税点", "税率", "个点", "tax", "vat"]),
    ("when", &["什么时候", "多久", "几天", "几小时", "how long", "when", "how fast", "how often"]),
    ("leasing", &["分期", "融资租赁", "租机器人", "leasing", "instalments", "installments"]),
    ("contract", &["合同", "电子签", "盖章", "contract", "electronic signature"]),
    ("brand", &["贴牌", "logo", "oem", "我们的牌子"]),
    ("custom", &["定制", "非标", "按图纸", "customisation", "customization", "custom", "drawing"]),
    ("cable", &["线缆", "线长", "cable", "cables"]),
    ("sample", &["样品", "买一个试", "sample", "samples"]),
    ("trial", &["工件", "打样", "可行性", "workpiece", "feasibility"]),
    ("certificate", &["认证", "证书", "质量体系", "certified", "certificate", "approved"]),
    ("ce", &["ce"]),
    ("us_market", &["ul", "美国", "北美", "us market"]),
    ("iso", &["iso", "iso9001", "质量体系", "quality system"]),
    ("cobot", &["协作机器人", "cobot", "cobots"]),
    ("fence", &["围栏", "fence", "fencing"]),
    ("estop", &["急停", "安全回路", "双回路", "emergency stop", "safety circuit"]),
    ("install", &["安装", "调试", "装机", "install", "installation", "commissioning"]),
    ("requirement", &["条件", "要求", "地基", "电源气源", "准备", "requirements", "prepare", "floor"]),
    ("training", &["培训", "学操作", "train", "training"]),
    ("manual", &["教学视频", "手册", "说明书", "manual", "tutorial", "videos"]),
    ("maintenance", &["保养", "换油", "维保", "巡检", "maintenance", "grease"]),
    ("service", &["售后", "响应", "工程师几小时", "多久能修", "service", "response time"]),
    ("error", &["报警", "故障", "报错", "错误", "error"]),
    ("pendant", &["示教器", "触摸没反应", "黑屏", "死机", "pendant"]),
    ("zero", &["零点", "标零", "校准", "精度不准", "calibrate", "recalibrate", "zero", "lost its position"]),
    ("collision", &["碰撞", "撞了", "collision"]),
    ("heat", &["过热", "overheating"]),
    ("overload", &["过载", "overload"]),
    ("battery", &["电池", "battery"]),
    ("communication", &["通讯", "断线", "communication"]),
    (
        "protocol",
        &["通讯协议", "协议", "profinet", "西门子", "fieldbuses", "fieldbus", "siemens", "plcs", "plc"],
    ),
    ("gripper", &["夹爪", "法兰", "gripper", "flange"]),
    ("programming", &["编程", "写代码", "编程语言", "programmed", "programming", "no code", "write code"]),
    ("simulation", &["仿真", "离线编程", "模拟验证", "simulation", "offline programming"]),
    ("software", &["软件", "升级", "年费", "software", "licence", "license"]),
    ("mes", &["mes", "opc", "数据怎么上传"]),
    ("power", &["耗电", "用多少电", "电费", "power does", "energy consumption", "energy"]),
    ("environment", &["噪音", "高温环境", "环境温度", "loud", "ambient"]),
    (
        "maker",
        &["工厂还是", "厂家", "自己生产", "贸易公司", "manufacturer", "trader", "make them yourselves"],
    ),
    ("scale", &["规模", "员工", "厂房", "how big", "employees"]),
    ("reference", &["客户案例", "供过货", "成功案例", "references", "your customers"]),
    ("address", &["在哪里", "地址", "怎么找到", "located", "address"]),
    ("visit", &["去工厂", "参观", "看样机", "visit", "showroom"]),
    ("hours", &["几点上班", "上班", "工作时间", "working hours", "open on"]),
    ("fair", &["展会", "展位", "trade fairs", "fairs", "exhibit"]),
    ("distributor", &["代理", "经销", "distributor", "agent"]),
    ("integrator", &["集成商", "integrator", "integrators"]),
    ("return", &["退货", "能退", "可以退", "return policy", "return goods"]),
    ("faulty", &["坏的", "有问题", "质量问题", "faulty", "defective", "replacement"]),
    ("privacy", &["保密", "泄露", "confidential", "nda"]),
    ("payback", &["回本", "投资回报", "划算吗", "payback", "roi", "return on investment"]),
    ("fee", &["收费", "要钱", "费用", "免费", "fee", "cost", "charge", "free"]),
];

/// The table above as it is looked up: what is Chinese apart, the other words stemmed.
static NAMES: LazyLock<Vec<Concept>> = LazyLock::new(|| {
    let concept = |(concept, names): &(&str, &'static [&'static str])| {
        let (han, others): (Vec<&'static str>, Vec<&str>) =
            names.iter().copied().partition(|name| name.chars().any(is_han));
        let phrases = others.into_iter().map(|name| name.split(' ').map(stem).collect()).collect();
        let weight = if WEAK.contains(concept) { WEAK_WEIGHT } else { WEIGHT };
        Concept { feature: format!("#{concept}"), han, phrases, weight }
    };
    CONCEPTS.iter().map(concept).collect()
});

struct Concept {
    feature: String,
    han: Vec<&'static str>,
    phrases: Vec<Vec<&'static str>>,
    weight: f32,
}

impl Concept {
    fn is_named(&self, text: &str, stems: &[&str]) -> bool {
        let stands = |phrase: &Vec<&str>| stems.windows(phrase.len()).any(|window| window == phrase);
        self.han.iter().any(|name| text.contains(name)) || self.phrases.iter().any(stands)
    }
}

/// Adds the concepts that `text` (lower case) names; `words` are its words in other scripts.
pub fn push(features: &mut Vec<(String, f32)>, text: &str, words: &[String]) {
    let stems: Vec<&str> = words.iter().map(|word| stem(word)).collect();
    let text = if text.contains(is_han) { text } else { "" };
    let named = NAMES.iter().filter(|concept| concept.is_named(text, &stems));
    features.extend(named.map(|concept| (concept.feature.clone(), concept.weight)));
}
