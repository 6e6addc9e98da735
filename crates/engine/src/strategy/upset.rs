//! Whether a buyer is upset, whatever he asks for: "机器坏了没人管" sounds like a question about the warranty and is none.

use crate::profile::wording::{Wording, find};

/// Said of us, these are anger. None of them is the name of goods or of a fault.
const ANGER: &[&str] = &[
    "没人管",
    "没人理",
    "没有人管",
    "没有人理",
    "没人负责",
    "不管不问",
    "爱理不理",
    "推来推去",
    "踢皮球",
    "互相推",
    "糊弄",
    "忽悠",
    "骗人",
    "骗子",
    "坑人",
    "气死",
    "生气",
    "火大",
    "受不了",
    "太过分",
    "太差劲",
    "太垃圾",
    "真垃圾",
    "什么态度",
    "什么玩意",
    "很失望",
    "太失望",
    "非常失望",
    "很不满",
    "非常不满",
    "再也不",
    "要个说法",
    "给个说法",
    "投诉你",
    "曝光",
    "nobody cares",
    "no one cares",
    "nobody answers",
    "no one answers",
    "nobody replies",
    "no one replies",
    "nobody helps",
    "no one helps",
    "ignoring me",
    "ignoring us",
    "unacceptable",
    "ridiculous",
    "outrageous",
    "disgusting",
    "disgraceful",
    "fed up",
    "furious",
    "so angry",
    "very angry",
    "very disappointed",
    "really disappointed",
    "extremely disappointed",
    "terrible service",
    "worst service",
    "awful service",
    "waste of my time",
    "ripped off",
    "scammers",
    "never again",
];
/// In the same clause these make it a question or a fear: nothing has happened yet.
const SUPPOSED: &[&str] = &[
    "如果",
    "要是",
    "万一",
    "会不会",
    "有没有",
    "是不是",
    "怕",
    "担心",
    "别",
    "不会",
    "if ",
    "in case",
    "afraid",
    "worried",
    "don't want",
    "not ",
];

/// Whether the words say so.
pub(crate) fn is_upset(text: &str) -> bool {
    let wording = Wording::new(text);
    ANGER.iter().any(|word| {
        find(wording.all(), word).is_some_and(|found| {
            let clause = wording.clause(found.clone());
            let around = wording.part(&clause);
            // The word itself may hold one of these: 再也不 does not suppose anything.
            SUPPOSED.iter().all(|supposed| word.contains(supposed) || find(around, supposed).is_none())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::is_upset;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(is_upset(text), expected, "{text}");
    }

    #[test]
    fn anger_is_heard_whatever_is_asked() {
        check("机器坏了没人管", true);
        check("修了三次还没好,你们就是踢皮球", true);
        check("The robot is down for a week and nobody answers", true);
        check("this is unacceptable, send someone", true);
    }

    #[test]
    fn what_is_only_feared_or_asked_is_no_anger() {
        check("坏了有没有人管", false);
        check("万一坏了没人管怎么办", false);
        check("我怕买了以后没人理", false);
        check("I'm afraid nobody answers after the sale", false);
        check("我们做垃圾分拣,P001能用吗", false);
        check("the worst case load is 20 kg", false);
        check("质保多久", false);
    }
}
