//! What a number means, by the fact that issued it and by the words that stand around it.

use crate::reply::claims::{Claim, Reading, Unit};

/// What a value is, as its fact issued it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Meaning {
    UnitPrice,
    Total,
    /// What a price holds beside the goods: freight, a surcharge.
    Charge,
    Discount,
    Tax,
    Payment,
    /// What a sample costs, when it is sent, how many there are.
    Sample,
    LeadTime,
    Warranty,
    Stock,
    Moq,
    Packing,
    Specification,
    /// How many a price or a lead time is for.
    Quantity,
    /// Part of a product's name.
    Name,
}

/// What the words around a number say that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Cue {
    UnitPrice,
    Total,
    Sample,
    LeadTime,
    Warranty,
    Stock,
    Moq,
    Payment,
    Tax,
    Gross,
    /// The buyer's own wish: `your 20`, 数量20.
    Own,
    /// A bare number after a word that makes it a price: `at 45`, 按45.
    Bare,
    /// Something that no fact ever issues: a margin, a commission, a penalty.
    Never,
}

impl Cue {
    /// Whether a value of this meaning may stand there. A text of the shop's own (`None`) may be about anything.
    pub(super) const fn admits(self, meaning: Option<Meaning>) -> bool {
        let Some(meaning) = meaning else { return !matches!(self, Self::Never) };
        match self {
            Self::UnitPrice => matches!(meaning, Meaning::UnitPrice | Meaning::Sample),
            Self::Total => matches!(meaning, Meaning::Total | Meaning::Sample),
            Self::Sample => matches!(meaning, Meaning::Sample),
            Self::LeadTime => matches!(meaning, Meaning::LeadTime | Meaning::Sample),
            Self::Warranty => matches!(meaning, Meaning::Warranty),
            Self::Stock => matches!(meaning, Meaning::Stock),
            Self::Moq => matches!(meaning, Meaning::Moq),
            Self::Payment => matches!(meaning, Meaning::Payment),
            Self::Tax => matches!(meaning, Meaning::Tax),
            Self::Gross => matches!(meaning, Meaning::Packing),
            Self::Own => true,
            Self::Bare => matches!(meaning, Meaning::UnitPrice | Meaning::Total),
            Self::Never => false,
        }
    }

    /// Whether a number that the buyer said may stand there.
    pub(super) const fn admits_own(self) -> bool {
        matches!(self, Self::Own)
    }
}

/// Words of one cue.
type Words = (&'static str, Cue);

const MONEY: &[Words] = &[
    ("单价", Cue::UnitPrice),
    ("每台", Cue::UnitPrice),
    ("每只", Cue::UnitPrice),
    ("每套", Cue::UnitPrice),
    ("每件", Cue::UnitPrice),
    ("unit price", Cue::UnitPrice),
    ("per unit", Cue::UnitPrice),
    ("per piece", Cue::UnitPrice),
    ("each", Cue::UnitPrice),
    ("apiece", Cue::UnitPrice),
    ("/台", Cue::UnitPrice),
    ("/只", Cue::UnitPrice),
    ("/套", Cue::UnitPrice),
    ("/件", Cue::UnitPrice),
    ("/unit", Cue::UnitPrice),
    ("/pc", Cue::UnitPrice),
    ("合计", Cue::Total),
    ("总价", Cue::Total),
    ("总额", Cue::Total),
    ("总金额", Cue::Total),
    ("总共", Cue::Total),
    ("一共", Cue::Total),
    ("总计", Cue::Total),
    ("共计", Cue::Total),
    ("total", Cue::Total),
    ("in all", Cue::Total),
    ("altogether", Cue::Total),
    ("overall", Cue::Total),
    ("样品费", Cue::Sample),
    ("sample fee", Cue::Sample),
    ("sample costs", Cue::Sample),
    ("运费", Cue::Never),
    ("freight of", Cue::Never),
    ("shipping cost", Cue::Never),
    ("成本价", Cue::Never),
    ("进价", Cue::Never),
    ("底价", Cue::Never),
    ("cost price", Cue::Never),
    ("our cost", Cue::Never),
    ("定金", Cue::Never),
    ("deposit", Cue::Never),
    ("差价", Cue::Never),
];

const TIME: &[Words] = &[
    ("质保", Cue::Warranty),
    ("保修", Cue::Warranty),
    ("warranty", Cue::Warranty),
    ("guarantee", Cue::Warranty),
    ("交期", Cue::LeadTime),
    ("交货", Cue::LeadTime),
    ("货期", Cue::LeadTime),
    ("发货", Cue::LeadTime),
    ("lead time", Cue::LeadTime),
    ("delivery", Cue::LeadTime),
    ("delivered", Cue::LeadTime),
    ("ship", Cue::LeadTime),
    ("ships", Cue::LeadTime),
    ("shipped", Cue::LeadTime),
    ("账期", Cue::Payment),
    ("net", Cue::Payment),
    ("退款", Cue::Never),
    ("refund", Cue::Never),
];

const PERCENT: &[Words] = &[
    ("预付", Cue::Payment),
    ("定金", Cue::Payment),
    ("订金", Cue::Payment),
    ("首付", Cue::Payment),
    ("deposit", Cue::Payment),
    ("up front", Cue::Payment),
    ("in advance", Cue::Payment),
    ("增值税", Cue::Tax),
    ("专票", Cue::Tax),
    ("发票", Cue::Tax),
    ("税", Cue::Tax),
    ("vat", Cue::Tax),
    ("tax", Cue::Tax),
    ("毛利", Cue::Never),
    ("利润", Cue::Never),
    ("佣金", Cue::Never),
    ("回扣", Cue::Never),
    ("返点", Cue::Never),
    ("违约", Cue::Never),
    ("赔", Cue::Never),
    ("margin", Cue::Never),
    ("commission", Cue::Never),
    ("penalty", Cue::Never),
    ("interest", Cue::Never),
];

const COUNT: &[Words] = &[
    ("现货", Cue::Stock),
    ("库存", Cue::Stock),
    ("in stock", Cue::Stock),
    ("on stock", Cue::Stock),
    ("stock of", Cue::Stock),
    ("起订", Cue::Moq),
    ("minimum order", Cue::Moq),
    ("moq", Cue::Moq),
    ("您要", Cue::Own),
    ("您说的", Cue::Own),
    ("您订", Cue::Own),
    ("数量", Cue::Own),
    ("采购", Cue::Own),
    ("your", Cue::Own),
    ("quantity", Cue::Own),
    ("qty", Cue::Own),
];

const WEIGHT: &[Words] = &[("毛重", Cue::Gross), ("gross", Cue::Gross)];

const BARE: &[Words] = &[
    ("按", Cue::Bare),
    ("就", Cue::Bare),
    ("给您", Cue::Bare),
    ("at", Cue::Bare),
    ("数量", Cue::Own),
    ("quantity", Cue::Own),
    ("qty", Cue::Own),
    ("your order of", Cue::Own),
    ("your", Cue::Own),
];

/// Words between a number and its cue are few.
const REACH: usize = 16;
/// What stands right beside a number is no further than this.
const BESIDE: usize = 4;

/// What the words around the claim at `index` say that it is: those right before it, right after it, before, after, in this order; never
/// past another claim or the end of the clause.
pub(super) fn cue(reading: &Reading, index: usize) -> Option<Cue> {
    let found = reading.found.get(index)?;
    let Claim::Number { unit, .. } = &found.claim else { return None };
    let words = match unit {
        Unit::Money(_) => MONEY,
        Unit::Percent => PERCENT,
        Unit::Minutes | Unit::Days | Unit::WorkingDays | Unit::Months => TIME,
        Unit::Count => COUNT,
        Unit::Named("kg") => WEIGHT,
        Unit::None => BARE,
        Unit::Discount | Unit::Named(_) => return None,
    };
    let from = index.checked_sub(1).and_then(|before| reading.found.get(before));
    let from = from.map_or(0, |before| before.place.end).max(found.place.start.saturating_sub(REACH));
    let to = reading.found.get(index + 1).map_or(reading.len(), |after| after.place.start);
    let to = to.min(found.place.end + REACH);
    let before = reading.slice(from.min(found.place.start)..found.place.start);
    let before = before.rfind(is_end).map_or(before, |end| before.get(end..).unwrap_or_default());
    let after = reading.slice(found.place.end..to.max(found.place.end));
    let after = after.find(is_end).map_or(after, |end| after.get(..end).unwrap_or_default());
    if *unit == Unit::None {
        return words.iter().find(|(word, _)| ends_with(before.trim_end(), word)).map(|&(_, cue)| cue);
    }
    let last = words
        .iter()
        .filter_map(|(word, cue)| Some((before.rfind(word)? + word.len(), word.len(), *cue)))
        .max_by_key(|&(end, length, _)| (end, length))
        .map(|(end, _, cue)| (before.get(end..).unwrap_or_default(), cue));
    let first = words
        .iter()
        .filter_map(|(word, cue)| Some((after.find(word)?, usize::MAX - word.len(), *cue)))
        .min_by_key(|&(start, length, _)| (start, length))
        .map(|(start, _, cue)| (after.get(..start).unwrap_or_default(), cue));
    let beside = |gap: &str| gap.chars().count() <= BESIDE && !joins(gap);
    match (last, first) {
        (Some((gap, cue)), _) if beside(gap) => Some(cue),
        (_, Some((gap, cue))) if beside(gap) => Some(cue),
        (Some((_, cue)), _) => Some(cue),
        (None, Some((gap, cue))) => (!joins(gap)).then_some(cue),
        (None, None) => None,
    }
}

const fn is_end(character: char) -> bool {
    matches!(character, ',' | ';' | '。' | '\n' | '!' | '?' | '|' | '、')
}

/// Whether what stands between speaks of two things.
fn joins(gap: &str) -> bool {
    ["和", "与", "及", "and", "or", "或", "="].iter().any(|word| gap.contains(word))
}

fn ends_with(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|rest| {
        !(word.is_ascii() && rest.chars().last().is_some_and(|before| before.is_ascii_alphanumeric()))
    })
}
