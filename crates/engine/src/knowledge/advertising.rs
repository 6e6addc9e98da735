//! Words that Chinese advertising law forbids (广告法 article 9): 国家级, 最高级, 最佳 and the like. Whoever uses them in what buyers
//! read risks a fine, so that publishing warns of them.

use domain::language::LocalizedText;

use super::load::Tables;
use crate::document::{Place, Problems};

/// Superlatives and claims of rank. The list is about words that are hardly ever meant otherwise.
const FORBIDDEN: &[&str] = &[
    "国家级",
    "世界级",
    "宇宙级",
    "最高级",
    "最佳",
    "最优",
    "最先进",
    "最优秀",
    "最低价",
    "最便宜",
    "最新技术",
    "最强",
    "顶级",
    "顶尖",
    "极品",
    "绝佳",
    "独一无二",
    "绝无仅有",
    "史无前例",
    "前无古人",
    "全网最低",
    "全国首家",
    "全球首发",
    "世界领先",
    "国际领先",
    "遥遥领先",
    "第一品牌",
    "销量冠军",
    "王牌",
    "领袖品牌",
    "驰名商标",
    "百分之百",
    "零风险",
];

/// Words that are harmless in some company: with what may follow or stand before them.
const UNLESS: &[(&str, &[&str], &[&str])] = &[
    (
        "第一",
        &[
            "次", "时间", "步", "天", "个", "年", "批", "台", "期", "季度", "阶段", "条", "种", "点", "轮",
            "版", "笔", "手", "行", "列", "章", "页", "周", "排", "层", "道", "段", "件", "位", "人民",
        ],
        &[],
    ),
    (
        "最好",
        &[
            "先", "提前", "在", "不", "别", "能", "把", "用", "留", "是", "请", "有", "给", "让", "再", "也",
            "由", "选", "加", "配", "每", "同时", "一起", "于", "还",
        ],
        &[],
    ),
    (
        "绝对",
        &["值", "编码", "式", "位置", "定位", "误差", "精度", "压力", "坐标", "零点", "湿度", "温度", "不"],
        &[],
    ),
    ("唯一", &["编号", "标识", "码", "识别", "序列", "的编"], &["不是"]),
];

/// Warns of each text that holds such a word; one warning for each text.
pub(super) fn check(tables: &Tables, problems: &mut Problems) {
    for row in &tables.scripts.rows {
        warn("script", &row.value.script.id, &row.value.script.text, row.place, problems);
    }
    for row in &tables.templates.rows {
        warn("template", &row.value.0, &row.value.1, row.place, problems);
    }
    for row in &tables.faqs.rows {
        warn("FAQ", &row.value.id, &row.value.answer, row.place, problems);
    }
    for row in &tables.products.rows {
        if let Some(text) = &row.value.description {
            warn("description of", row.value.id.as_str(), text, row.place, problems);
        }
    }
}

fn warn(what: &str, id: &str, text: &LocalizedText, place: Place, problems: &mut Problems) {
    let Some(word) = text.all().find_map(forbidden) else { return };
    let message =
        format!("the {what} `{}` says “{word}”, which advertising law forbids", crate::document::shown(id));
    problems.warning(place, message, Some("say what can be proved: a figure, a certificate, a test".into()));
}

/// The first forbidden word of a text.
fn forbidden(text: &str) -> Option<&'static str> {
    // Most texts in English have none of it.
    if text.is_ascii() {
        return None;
    }
    let plain = FORBIDDEN.iter().copied().find(|word| text.contains(word));
    plain.or_else(|| {
        UNLESS.iter().find_map(|&(word, after, before)| {
            let is_claim = |(at, _): (usize, &str)| {
                let (head, tail) = (&text[..at], &text[at + word.len()..]);
                !after.iter().any(|harmless| tail.starts_with(harmless))
                    && !before.iter().any(|harmless| head.ends_with(harmless))
            };
            text.match_indices(word).any(is_claim).then_some(word)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_rank_are_found_and_everyday_ones_are_not() {
        let check = |text: &str, expected: Option<&str>| assert_eq!(forbidden(text), expected, "{text}");
        check("我们的机器人全国最好", Some("最好"));
        check("销量第一的品牌", Some("第一"));
        check("国家级实验室", Some("国家级"));
        check("国内唯一的厂家", Some("唯一"));
        check("性价比最优", Some("最优"));
        check("最好提前两周下单", None);
        check("第一次下单请先付定金", None);
        check("第一时间回复您", None);
        check("每台有唯一编号", None);
        check("多圈绝对值编码器", None);
        check("质量绝对放心", Some("绝对"));
        check("the best robot, no. 1", None);
        check("重复定位精度0.03毫米", None);
        check("最好先看样机，品质最好", Some("最好"));
    }
}
