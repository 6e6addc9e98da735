//! Specifications: a number with a technical unit, the attribute it belongs to and how it is compared.

use domain::understanding::{EntityKind, EntityValue};
use serde_json::json;

use super::{
    Found, Scene,
    number::{Form, Number},
    rank,
    scan::{cue_after, cue_before, ends, is_letter, literal, skip_spaces},
    unit,
};

/// Units that measure a property and never count goods: as written → as told.
const UNITS: &[(&str, &str)] = &[
    ("mm", "mm"),
    ("毫米", "mm"),
    ("cm", "cm"),
    ("厘米", "cm"),
    ("公分", "cm"),
    ("um", "um"),
    ("μm", "um"),
    ("µm", "um"),
    ("微米", "um"),
    ("丝", "丝"),
    ("micron", "um"),
    ("microns", "um"),
    ("mic", "um"),
    ("inch", "inch"),
    ("inches", "inch"),
    ("寸", "inch"),
    ("英寸", "inch"),
    ("\"", "inch"),
    ("v", "V"),
    ("伏", "V"),
    ("volt", "V"),
    ("volts", "V"),
    ("kv", "kV"),
    ("w", "W"),
    ("瓦", "W"),
    ("watt", "W"),
    ("watts", "W"),
    ("kw", "kW"),
    ("千瓦", "kW"),
    ("hp", "hp"),
    ("匹马力", "hp"),
    ("马力", "hp"),
    ("kva", "kVA"),
    ("hz", "Hz"),
    ("赫兹", "Hz"),
    ("赫", "Hz"),
    ("khz", "kHz"),
    ("mhz", "MHz"),
    ("°c", "C"),
    ("℃", "C"),
    ("度", "C"),
    ("摄氏度", "C"),
    ("degrees", "C"),
    ("deg", "C"),
    ("°", "C"),
    ("° c", "C"),
    ("c", "C"),
    ("°f", "F"),
    ("f", "F"),
    ("mpa", "MPa"),
    ("kpa", "kPa"),
    ("bar", "bar"),
    ("bars", "bar"),
    ("psi", "psi"),
    ("公斤压力", "bar"),
    ("rpm", "rpm"),
    ("转", "rpm"),
    ("r/min", "rpm"),
    ("n·m", "N·m"),
    ("nm", "N·m"),
    ("n.m", "N·m"),
    ("kn", "kN"),
    ("n", "N"),
    ("牛", "N"),
    ("a", "A"),
    ("安", "A"),
    ("ma", "mA"),
    ("mah", "mAh"),
    ("ah", "Ah"),
    ("安时", "Ah"),
    ("毫安", "mAh"),
    ("db", "dB"),
    ("分贝", "dB"),
    ("lm", "lm"),
    ("流明", "lm"),
    ("lux", "lux"),
    ("mp", "MP"),
    ("万像素", "万像素"),
    ("gb", "GB"),
    ("tb", "TB"),
    ("mb", "MB"),
    ("ml", "ml"),
    ("毫升", "ml"),
    ("gsm", "gsm"),
    ("克重", "gsm"),
    ("mesh", "mesh"),
    ("目", "mesh"),
    ("m/min", "m/min"),
    ("m/s", "m/s"),
    ("m3/h", "m3/h"),
    ("l/min", "l/min"),
    ("kg/h", "kg/h"),
    ("t/h", "t/h"),
    ("轴", "axes"),
    ("axis", "axes"),
    ("axes", "axes"),
    ("目数", "mesh"),
    ("ppm", "ppm"),
    ("ah", "Ah"),
    ("kwh", "kWh"),
    ("wh", "Wh"),
    ("度电", "kWh"),
    ("g/m2", "gsm"),
    ("d", "D"),
    ("层", "层"),
    ("孔", "孔"),
    ("芯", "芯"),
    ("lpm", "l/min"),
    ("cst", "cSt"),
    ("cp", "cP"),
    ("hrc", "HRC"),
    ("fps", "fps"),
    ("帧", "fps"),
    ("nm/s", "nm/s"),
    ("mw", "MW"),
    ("兆帕", "MPa"),
    ("千帕", "kPa"),
    ("oz", "oz"),
];

/// Names of properties that every shop's goods may have.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    (
        "payload",
        &[
            "负载", "载重", "负重", "承重", "吊", "能抓", "能装", "承载", "payload", "load", "lift", "carry",
            "capacity",
        ],
    ),
    ("reach", &["臂展", "臂长", "工作半径", "reach", "radius"]),
    ("repeatability", &["重复定位精度", "重复精度", "repeatability"]),
    ("accuracy", &["精度", "公差", "误差", "accuracy", "tolerance", "precision"]),
    (
        "temperature",
        &["温度", "耐温", "零下", "高温", "低温", "temperature", "temp", "heat", "cold", "minus"],
    ),
    ("voltage", &["电压", "voltage"]),
    ("power", &["功率", "power"]),
    ("pressure", &["压力", "耐压", "气压", "水压", "pressure"]),
    ("thickness", &["厚度", "厚", "thickness", "thick"]),
    ("diameter", &["直径", "口径", "内径", "外径", "孔径", "diameter", "dia"]),
    ("length", &["长度", "线长", "长", "length", "long"]),
    ("width", &["宽度", "幅宽", "门幅", "宽", "width", "wide"]),
    ("height", &["高度", "层高", "扬程", "高", "height", "high", "tall"]),
    ("weight", &["重量", "自重", "净重", "毛重", "weight", "weighs"]),
    ("speed", &["速度", "转速", "speed"]),
    ("capacity", &["容量", "capacity", "volume"]),
    ("flow", &["流量", "flow"]),
    ("stroke", &["行程", "stroke"]),
    ("frequency", &["频率", "frequency"]),
    ("current", &["电流", "current"]),
    ("size", &["尺寸", "规格", "size", "dimension", "dimensions"]),
    ("density", &["密度", "density"]),
    ("torque", &["扭矩", "力矩", "torque"]),
    ("force", &["夹持力", "抓力", "force"]),
    ("noise", &["噪音", "noise"]),
];

/// What a unit measures where no word says it.
const BY_UNIT: &[(&str, &str)] = &[
    ("V", "voltage"),
    ("kV", "voltage"),
    ("W", "power"),
    ("kW", "power"),
    ("hp", "power"),
    ("Hz", "frequency"),
    ("kHz", "frequency"),
    ("C", "temperature"),
    ("F", "temperature"),
    ("MPa", "pressure"),
    ("kPa", "pressure"),
    ("bar", "pressure"),
    ("psi", "pressure"),
    ("rpm", "speed"),
    ("N·m", "torque"),
    ("A", "current"),
    ("mAh", "capacity"),
    ("Ah", "capacity"),
    ("dB", "noise"),
    ("axes", "axes"),
    ("fps", "frame_rate"),
    ("MP", "resolution"),
    ("gsm", "grammage"),
    ("ml", "capacity"),
    ("m3/h", "flow"),
    ("l/min", "flow"),
];

const AT_LEAST: &[&str] = &[
    "至少",
    "不低于",
    "不小于",
    "不少于",
    "大于",
    "超过",
    "≥",
    ">=",
    ">",
    "min",
    "minimum",
    "at least",
    "over",
    "more than",
    "above",
    "up from",
    "能到",
    "达到",
];
const AT_MOST: &[&str] = &[
    "不超过",
    "不高于",
    "不大于",
    "小于",
    "最大",
    "最高",
    "最多",
    "≤",
    "<=",
    "<",
    "max",
    "maximum",
    "up to",
    "under",
    "below",
    "less than",
    "within",
    "at most",
];

pub fn extract(scene: &Scene<'_>, found: &mut Vec<Found>) {
    for number in scene.numbers.iter().filter(|number| !number.vague && number.high.is_none()) {
        if let Some(one) = spec(scene, number) {
            found.push(one);
        }
    }
}

fn spec(scene: &Scene<'_>, number: &Number) -> Option<Found> {
    let chars = scene.chars;
    let gap = skip_spaces(chars, number.end);
    if gap > number.end + 1 || chars.get(gap).is_none() {
        return None;
    }
    let technical = technical_unit(chars, gap, gap > number.end, number);
    let is_measure = |unit: &unit::Unit| unit::MEASURES.contains(&unit.name.as_str());
    let (end, unit) = if let Some((end, unit)) = technical {
        (end, unit.to_owned())
    } else {
        let unit = unit::at(scene, gap).filter(is_measure)?;
        (unit.end, metric(&unit.name).to_owned())
    };
    let attribute = attribute(scene, number.start, end);
    let asked = asked(scene, number.start);
    // 20公斤 measures goods, but beside the name of a property (负载20公斤, "20 kg payload") or in answer to a question for one.
    if technical.is_none() && attribute.is_none() && matches!(asked, Asked::Nothing) {
        return None;
    }
    // 来250ml: so much is bought.
    let bought = matches!(unit.as_str(), "ml" | "g" | "l") && attribute.is_none();
    if bought && is_bought(chars, number.start) {
        return None;
    }
    let comparator = comparator(chars, number.start, end);
    let mut value = number.low.thousandths()?;
    let mut start = number.start;
    let sign = start.checked_sub(1).map(|i| chars[i]);
    if unit == "C"
        && (sign == Some('-')
            || cue_before(chars, start, 3, &["零下"])
            || cue_before(chars, start, 6, &["minus"]))
    {
        value.0 = -value.0;
        if sign == Some('-') {
            start -= 1;
        }
        if start >= 2 && literal(chars, start - 2, "零下") == Some(start) {
            start -= 2;
        }
    }
    let name = attribute.as_ref().map(|(_, name)| name.clone());
    let name = name.or_else(|| match asked {
        Asked::Property(id) => Some(id.to_owned()),
        Asked::Use | Asked::Nothing => None,
    });
    let name =
        name.or_else(|| BY_UNIT.iter().find(|(known, _)| *known == unit).map(|(_, name)| (*name).to_owned()));
    if let Some((from, _)) = attribute
        && from < start
        && start - from <= 10
    {
        start = from;
    }
    let object = json!({"attribute": name, "comparator": comparator, "number": value, "unit": unit});
    Some(Found::new(EntityKind::Spec, start, end, EntityValue::Object(object), rank::SPEC))
}

/// So much is bought: 来250ml.
fn is_bought(chars: &[char], start: usize) -> bool {
    cue_before(chars, start, 3, &["来", "要", "买", "订", "拿"])
}

/// What of goods we asked for.
enum Asked<'a> {
    Nothing,
    /// What they are needed for, to which 大概20公斤 says how heavy the work is.
    Use,
    /// The property with this id.
    Property(&'a str),
}

/// Whether the measure that begins at `start` may answer what we asked.
fn asked<'a>(scene: &Scene<'a>, start: usize) -> Asked<'a> {
    let Some(about) = scene.asked else { return Asked::Nothing };
    if ATTRIBUTES.iter().any(|(id, _)| *id == about) || scene.lexicon.is_attribute(about) {
        return Asked::Property(about);
    }
    let bought =
        is_bought(scene.chars, start) || cue_before(scene.chars, start, 8, &["need", "order", "buy", "take"]);
    if about == "use" && !bought { Asked::Use } else { Asked::Nothing }
}

fn metric(unit: &str) -> &str {
    match unit {
        "公斤" | "千克" | "kgs" | "kilos" => "kg",
        "米" | "meters" | "metres" | "meter" => "m",
        "吨" | "tons" | "ton" => "t",
        "克" => "g",
        "升" | "liters" | "litres" => "l",
        "平方米" | "平方" | "平米" | "平" => "m2",
        "方" => "m3",
        other => other,
    }
}

fn technical_unit(chars: &[char], at: usize, apart: bool, number: &Number) -> Option<(usize, &'static str)> {
    let (end, written, unit) = UNITS
        .iter()
        .filter_map(|(word, unit)| literal(chars, at, word).map(|end| (end, *word, *unit)))
        .filter(|(end, word, _)| !word.ends_with(is_letter) || ends(chars, *end))
        .max_by_key(|(end, ..)| *end)?;
    // Single letters are units only directly behind digits; "5 a day" is not 5 A.
    let risky = written.len() == 1 && written.is_ascii();
    if risky && (apart && !matches!(unit, "V" | "W") || number.form != Form::Digits) {
        return None;
    }
    let next = chars.get(end).copied();
    let other_word = match written {
        "度" => matches!(next, Some('电' | '假' | '过' | '数')) && unit == "C",
        "转" => {
            !cue_before(chars, at, 8, &["转速", "每分钟", "速度", "电机"])
                && next.is_some_and(|c| "账发告交到给人票款".contains(c))
        }
        "安" => next.is_some_and(|c| "装全排徽卓".contains(c)),
        "寸" | "层" | "孔" | "芯" | "轴" | "丝" | "目" => {
            number.form == Form::Chinese && chars[number.start] == '一'
                || next.is_some_and(|c| "前的标录".contains(c) && written == "目")
        }
        "牛" => next.is_some_and(|c| "皮津肉奶仔".contains(c)),
        "瓦" => next.is_some_and(|c| "楞斯片".contains(c)),
        "n" | "d" | "c" | "f" | "a" => number.multiplied,
        _ => false,
    };
    let ten_thousand = number.multiplied && written == "w";
    (!other_word && !ten_thousand).then_some((end, unit))
}

/// The property that the number belongs to: the nearest name before it in the clause, or directly behind it where the one before has a
/// number of its own.
fn attribute(scene: &Scene<'_>, start: usize, end: usize) -> Option<(usize, String)> {
    let chars = scene.chars;
    // "payload of at least 10 kg" takes more letters than 负载至少10公斤.
    let near = start.saturating_sub(12);
    let reach = if chars[near..start].iter().all(char::is_ascii) { start.saturating_sub(24) } else { near };
    let from =
        (reach..start).rev().find(|&i| super::scan::is_clause_end(chars[i]) || chars[i].is_ascii_digit());
    let from = from.map_or(reach, |i| i + 1);
    let mut best: Option<(usize, usize, String)> = None;
    for at in from..start {
        let own = scene.lexicon.attribute_at(chars, at).filter(|(end, _)| *end <= start);
        let common = ATTRIBUTES
            .iter()
            .flat_map(|(id, words)| words.iter().map(move |word| (*word, *id)))
            .filter_map(|(word, id)| {
                let end = literal(chars, at, word)?;
                let whole = !word.is_ascii() || (super::scan::begins(chars, at) && ends(chars, end));
                (whole && end <= start).then(|| (end, id.to_owned()))
            });
        for (word_end, id) in own.into_iter().chain(common) {
            if best.as_ref().is_none_or(|(_, known, _)| word_end > *known) {
                best = Some((at, word_end, id));
            }
        }
    }
    // "10 kg payload and 1.3 m reach": what stands before the joint has its own number.
    let joined = |word_end: usize| {
        let between: String = chars[word_end..start].iter().collect();
        ["和", "及", "与", "且", "+", "&"].iter().any(|joint| between.contains(joint))
            || between.split_whitespace().any(|word| matches!(word, "and" | "with" | "plus"))
    };
    let before = best.map(|(at, word_end, id)| (at, id, joined(word_end)));
    if let Some((at, id, false)) = &before {
        return Some((*at, id.clone()));
    }
    let next = skip_spaces(chars, end);
    let own = scene.lexicon.attribute_at(chars, next).map(|(_, id)| id);
    let common = || {
        let words = ATTRIBUTES.iter().flat_map(|(id, words)| words.iter().map(move |word| (*word, *id)));
        words
            .filter(|(word, _)| word.chars().count() >= 2 || matches!(*word, "厚" | "长" | "宽" | "高"))
            .find(|(word, _)| {
                literal(chars, next, word).is_some_and(|end| !word.is_ascii() || ends(chars, end))
            })
            .map(|(_, id)| id.to_owned())
    };
    own.or_else(common).map(|id| (start, id)).or(before.map(|(at, id, _)| (at, id)))
}

fn comparator(chars: &[char], start: usize, end: usize) -> &'static str {
    if cue_before(chars, start, 10, AT_MOST)
        || cue_after(chars, end, 4, &["以下", "以内", "之内", "max", "内"])
    {
        "<="
    } else if cue_before(chars, start, 10, AT_LEAST)
        || cue_after(chars, end, 4, &["以上", "起", "min", "往上", "or more"])
    {
        ">="
    } else {
        "="
    }
}
