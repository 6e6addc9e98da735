//! Units in which goods are counted, weighed and measured: a common list and the shop's own.

use super::{
    Scene,
    scan::{ends, is_letter, literal},
};

/// Chinese units, longest first where one begins with another.
const CHINESE: &[&str] = &[
    "个高柜",
    "个小柜",
    "个货柜",
    "个柜",
    "平方米",
    "立方米",
    "平方",
    "立方",
    "平米",
    "毫升",
    "公斤",
    "千克",
    "公里",
    "公吨",
    "千米",
    "托盘",
    "标箱",
    "小柜",
    "高柜",
    "大柜",
    "打",
    "台",
    "件",
    "个",
    "只",
    "套",
    "箱",
    "盒",
    "包",
    "袋",
    "卷",
    "米",
    "吨",
    "克",
    "斤",
    "双",
    "对",
    "把",
    "支",
    "张",
    "片",
    "块",
    "条",
    "根",
    "瓶",
    "桶",
    "罐",
    "组",
    "批",
    "平",
    "方",
    "升",
    "码",
    "车",
    "柜",
    "托",
    "板",
    "颗",
    "粒",
    "枚",
    "副",
    "束",
    "令",
    "本",
    "份",
    "扎",
    "辆",
    "架",
    "部",
    "筐",
    "盘",
    "盆",
    "壶",
    "顶",
    "床",
    "匹",
    "捆",
    "筒",
    "管",
    "节",
    "樘",
    "扇",
    "幅",
    "册",
    "头",
    "株",
    "棵",
    "杯",
    "尺",
    "间",
    "款",
    "种",
    "样",
    "身",
    "杆",
    "芯",
    "串",
    "朵",
    "提",
    "听",
    "排",
    "坛",
    "枝",
    "面",
    "门",
];

/// Latin units in any text: as written → as told.
const LATIN: &[(&str, &str)] = &[
    ("pcs", "pcs"),
    ("pc", "pcs"),
    ("pieces", "pcs"),
    ("piece", "pcs"),
    ("peices", "pcs"),
    ("pces", "pcs"),
    ("units", "units"),
    ("unit", "units"),
    ("sets", "sets"),
    ("set", "sets"),
    ("cartons", "cartons"),
    ("carton", "cartons"),
    ("ctns", "cartons"),
    ("ctn", "cartons"),
    ("boxes", "boxes"),
    ("box", "boxes"),
    ("cases", "cases"),
    ("case", "cases"),
    ("bags", "bags"),
    ("bag", "bags"),
    ("rolls", "rolls"),
    ("roll", "rolls"),
    ("reels", "reels"),
    ("pairs", "pairs"),
    ("pair", "pairs"),
    ("prs", "pairs"),
    ("bottles", "bottles"),
    ("bottle", "bottles"),
    ("drums", "drums"),
    ("drum", "drums"),
    ("barrels", "barrels"),
    ("pallets", "pallets"),
    ("pallet", "pallets"),
    ("plts", "pallets"),
    ("containers", "containers"),
    ("container", "containers"),
    ("fcl", "containers"),
    ("tons", "t"),
    ("ton", "t"),
    ("tonnes", "t"),
    ("tonne", "t"),
    ("mt", "t"),
    ("t", "t"),
    ("kgs", "kg"),
    ("kg", "kg"),
    ("kilos", "kg"),
    ("kilo", "kg"),
    ("kilograms", "kg"),
    ("grams", "g"),
    ("lbs", "lb"),
    ("lb", "lb"),
    ("pounds", "lb"),
    ("meters", "m"),
    ("metres", "m"),
    ("meter", "m"),
    ("metre", "m"),
    ("mtrs", "m"),
    ("mtr", "m"),
    ("m", "m"),
    ("yards", "yards"),
    ("yds", "yards"),
    ("feet", "ft"),
    ("ft", "ft"),
    ("km", "km"),
    ("sqm", "m2"),
    ("m2", "m2"),
    ("sq m", "m2"),
    ("square meters", "m2"),
    ("square metres", "m2"),
    ("sqft", "ft2"),
    ("cbm", "m3"),
    ("m3", "m3"),
    ("ml", "ml"),
    ("liters", "l"),
    ("litres", "l"),
    ("liter", "l"),
    ("litre", "l"),
    ("gallons", "gal"),
    ("nos", "nos"),
    ("nos.", "nos"),
    ("ea", "ea"),
    ("dozens", "dozens"),
    ("dozen", "dozens"),
    ("doz", "dozens"),
    ("samples", "samples"),
    ("sample", "samples"),
    ("sheets", "sheets"),
    ("sheet", "sheets"),
    ("packs", "packs"),
    ("pack", "packs"),
    ("packets", "packs"),
    ("packages", "packages"),
    ("coils", "coils"),
    ("bundles", "bundles"),
    ("bales", "bales"),
    ("lots", "lots"),
    ("trucks", "trucks"),
    ("truckloads", "truckloads"),
    ("machines", "machines"),
    ("robots", "robots"),
    ("cans", "cans"),
    ("jars", "jars"),
    ("tubes", "tubes"),
    ("sticks", "sticks"),
    ("bars", "bars"),
    ("sacks", "sacks"),
    ("crates", "crates"),
    ("spools", "spools"),
    ("loads", "loads"),
    ("copies", "copies"),
    ("items", "items"),
    ("models", "models"),
];

/// Units that also measure a property; beside the name of one they are a specification.
pub const MEASURES: &[&str] = &[
    "公斤",
    "千克",
    "kg",
    "kgs",
    "t",
    "吨",
    "米",
    "m",
    "克",
    "升",
    "平",
    "平方",
    "平方米",
    "平米",
    "方",
    "m2",
    "m3",
    "尺",
    "斤",
    "lb",
    "lbs",
    "ft",
    "l",
    "liters",
    "litres",
    "meters",
    "metres",
    "meter",
    "公里",
    "km",
    "tons",
    "ton",
    "kilos",
];

/// A unit in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub end: usize,
    /// As it is told: `pieces` and `pc` are `pcs`, others as written.
    pub name: String,
    pub latin: bool,
}

/// Whether the character can be a unit of goods.
pub fn is_measure(c: char) -> bool {
    CHINESE.iter().any(|unit| {
        let mut chars = unit.chars();
        chars.next() == Some(c) && chars.next().is_none()
    })
}

/// The unit that stands at `at`: the shop's own first, the longest of the common ones else.
pub fn at(scene: &Scene<'_>, at: usize) -> Option<Unit> {
    let chars = scene.chars;
    let first = *chars.get(at)?;
    let own = scene.lexicon.unit_at(chars, at);
    let common = if is_letter(first) { latin(chars, at) } else { chinese(chars, at) };
    match (own, common) {
        (Some(own), Some(common)) if common.end > own => Some(common),
        (Some(_), Some(common)) if !common.latin => Some(common),
        (Some(own), _) => {
            let name = scene.folded.slice(at, own);
            Some(Unit { end: own, latin: name.is_ascii(), name })
        }
        (None, common) => common,
    }
}

fn latin(chars: &[char], at: usize) -> Option<Unit> {
    if at > 0 && is_letter(chars[at - 1]) {
        return None;
    }
    LATIN
        .iter()
        .filter_map(|(word, name)| {
            literal(chars, at, word).filter(|&end| ends(chars, end)).map(|end| (end, *name))
        })
        .max_by_key(|(end, _)| *end)
        .map(|(end, name)| Unit { end, name: name.to_owned(), latin: true })
}

fn chinese(chars: &[char], at: usize) -> Option<Unit> {
    let word =
        CHINESE.iter().filter(|word| literal(chars, at, word).is_some()).max_by_key(|word| word.len())?;
    let end = at + word.chars().count();
    Some(Unit {
        end,
        name: word.strip_prefix('个').filter(|rest| !rest.is_empty()).unwrap_or(word).to_owned(),
        latin: false,
    })
}
