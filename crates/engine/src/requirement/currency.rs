//! The currency that a buyer wants prices in.

use std::{collections::BTreeMap, ops::Range, sync::LazyLock};

use domain::{
    money::Currency,
    requirement::{Requirement, Slot},
    understanding::{EntityKind, Understanding},
};

use super::options;
use crate::{profile::wording::Wording, situation::Situation};

/// Words for currencies, as buyers ask for them. A code or name that means something else in trade as well (try, pen, cad, NOK, GHS) is
/// not here.
const CURRENCIES: &[(&str, &[&str])] = &[
    ("USD", &["美元", "美金", "美刀", "usd", "us$", "us dollar", "us dollars", "dollars"]),
    ("EUR", &["欧元", "eur", "euro", "euros", "€"]),
    ("CNY", &["人民币", "rmb", "cny", "renminbi"]),
    ("HKD", &["港币", "港元", "hkd", "hk$", "hong kong dollars"]),
    ("GBP", &["英镑", "gbp", "pounds sterling", "british pounds", "£"]),
    ("JPY", &["日元", "日圆", "日币", "jpy", "japanese yen"]),
    ("TWD", &["台币", "新台币", "twd", "ntd", "nt$", "taiwan dollars"]),
    ("KRW", &["韩元", "韩币", "krw", "korean won", "₩"]),
    ("SGD", &["新加坡元", "新加坡币", "坡币", "sgd", "s$", "singapore dollars"]),
    ("MYR", &["马币", "林吉特", "令吉", "myr", "ringgit"]),
    ("THB", &["泰铢", "thb", "baht", "฿"]),
    ("VND", &["越南盾", "vnd", "vietnamese dong", "₫"]),
    ("IDR", &["印尼盾", "idr", "rupiah"]),
    ("PHP", &["菲律宾比索", "philippine peso", "philippine pesos", "₱"]),
    ("INR", &["印度卢比", "inr", "indian rupee", "indian rupees", "₹"]),
    ("PKR", &["巴基斯坦卢比", "pkr", "pakistani rupee", "pakistani rupees"]),
    ("BDT", &["孟加拉塔卡", "塔卡", "bdt", "taka"]),
    ("LKR", &["斯里兰卡卢比", "lkr", "sri lankan rupees"]),
    ("AED", &["迪拉姆", "dirham", "dirhams"]),
    ("SAR", &["里亚尔", "沙特里亚尔", "saudi riyal", "saudi riyals"]),
    ("QAR", &["卡塔尔里亚尔", "qar", "qatari riyal", "qatari riyals"]),
    ("KWD", &["科威特第纳尔", "kwd", "kuwaiti dinar", "kuwaiti dinars"]),
    ("ILS", &["谢克尔", "nis", "shekel", "shekels", "₪"]),
    ("TRY", &["里拉", "土耳其里拉", "turkish lira", "turkish liras", "₺"]),
    ("RUB", &["卢布", "俄罗斯卢布", "rouble", "roubles", "ruble", "rubles", "₽"]),
    ("UAH", &["格里夫纳", "uah", "hryvnia", "₴"]),
    ("KZT", &["坚戈", "kzt", "tenge", "₸"]),
    ("UZS", &["苏姆", "uzs", "uzbek som"]),
    ("PLN", &["兹罗提", "pln", "zloty"]),
    ("CZK", &["捷克克朗", "czk", "czech koruna"]),
    ("HUF", &["huf", "forint", "forints"]),
    ("RON", &["罗马尼亚列伊", "romanian lei", "romanian leu"]),
    ("SEK", &["瑞典克朗", "sek", "swedish krona", "swedish kronor"]),
    ("NOK", &["挪威克朗", "norwegian krone", "norwegian kroner"]),
    ("DKK", &["丹麦克朗", "dkk", "danish krone", "danish kroner"]),
    ("CHF", &["瑞士法郎", "瑞郎", "chf", "swiss franc", "swiss francs"]),
    ("CAD", &["加元", "加币", "加拿大元", "c$", "ca$", "canadian dollar", "canadian dollars"]),
    (
        "AUD",
        &[
            "澳元",
            "澳币",
            "澳大利亚元",
            "aud",
            "a$",
            "au$",
            "australian dollar",
            "australian dollars",
            "aussie dollars",
        ],
    ),
    ("NZD", &["纽币", "新西兰元", "nzd", "nz$", "new zealand dollar", "new zealand dollars"]),
    ("MXN", &["墨西哥比索", "mxn", "mexican peso", "mexican pesos"]),
    ("BRL", &["雷亚尔", "巴西雷亚尔", "brl", "r$", "brazilian real", "brazilian reais"]),
    ("ARS", &["阿根廷比索", "argentine peso", "argentine pesos"]),
    ("CLP", &["智利比索", "clp", "chilean peso", "chilean pesos"]),
    ("COP", &["哥伦比亚比索", "colombian peso", "colombian pesos"]),
    ("PEN", &["秘鲁索尔", "peruvian sol", "peruvian soles"]),
    ("ZAR", &["南非兰特", "zar", "south african rand", "rands"]),
    ("NGN", &["奈拉", "尼日利亚奈拉", "ngn", "naira", "₦"]),
    ("KES", &["肯尼亚先令", "kes", "kenyan shilling", "kenyan shillings"]),
    ("EGP", &["埃及镑", "egp", "egyptian pound", "egyptian pounds"]),
    ("GHS", &["塞地", "ghanaian cedi", "cedis"]),
    ("MAD", &["摩洛哥迪拉姆", "moroccan dirham", "moroccan dirhams"]),
    ("BTC", &["比特币", "btc", "bitcoin", "bitcoins"]),
];

/// One of the words above, letter by letter.
struct Name {
    currency: Currency,
    letters: Vec<char>,
}

/// The words above by their first letter, so that each place of a text is looked at once.
static NAMES: LazyLock<BTreeMap<char, Vec<Name>>> = LazyLock::new(|| {
    let mut names: BTreeMap<char, Vec<Name>> = BTreeMap::new();
    for (code, words) in CURRENCIES {
        let Ok(currency) = Currency::parse(code) else { continue };
        for word in *words {
            let letters: Vec<char> = word.chars().collect();
            if let Some(&first) = letters.first() {
                names.entry(first).or_default().push(Name { currency, letters });
            }
        }
    }
    names
});

/// Takes the currency that the words ask for last; one that they give up is none. One that only stands in an amount of the buyer's is
/// his budget or wish, and asks for nothing.
pub(super) fn fill(
    requirement: &mut Requirement,
    situation: &Situation<'_>,
    understanding: &Understanding,
    wording: &Wording,
) {
    let amounts: Vec<Range<usize>> =
        understanding.entities_of(EntityKind::Money).map(|entity| entity.start..entity.end).collect();
    let is_asked = |span: &Range<usize>| {
        !amounts.iter().any(|held| held.start <= span.start && span.end <= held.end)
            && !options::is_given_up(wording, span)
    };
    let named = (0..wording.all().len()).filter_map(|at| longest(wording.all(), at));
    // The second half of "Australian dollars" is no currency of its own.
    let named = named.filter(|(_, span)| is_asked(span)).max_by_key(|(_, span)| (span.end, span.len()));
    if let Some((value, span)) = named {
        requirement.currency = Some(Slot { value, evidence: situation.message_at(span.start).id });
    }
}

/// The longest name of a currency at a place; in Latin writing only as a whole word.
fn longest(letters: &[char], at: usize) -> Option<(Currency, Range<usize>)> {
    let is_latin = |letter: Option<&char>| letter.is_some_and(char::is_ascii_alphanumeric);
    let stands = |name: &&Name| {
        let goes_on = is_latin(at.checked_sub(1).and_then(|before| letters.get(before)))
            && is_latin(name.letters.first())
            || is_latin(letters.get(at + name.letters.len())) && is_latin(name.letters.last());
        letters[at..].starts_with(&name.letters) && !goes_on
    };
    let names = NAMES.get(letters.get(at)?)?.iter().filter(stands);
    let longest = names.max_by_key(|name| name.letters.len())?;
    Some((longest.currency, at..at + longest.letters.len()))
}

#[cfg(test)]
mod tests {
    use crate::turn::scene::Scene;

    #[track_caller]
    fn check(messages: &[&str], expected: Option<&str>) {
        let mut scene = Scene::new();
        for message in messages {
            scene.say("price_inquiry", message);
        }
        let currency = scene.contact.requirement.currency.as_ref().map(|slot| slot.value.to_string());
        assert_eq!(currency.as_deref(), expected, "{messages:?}");
    }

    #[test]
    fn the_currency_asked_for_stays_and_one_within_an_amount_is_none() {
        check(&["[P001](product:P001)美元价多少"], Some("USD"));
        check(&["美元价多少", "[P001](product:P001) [20台](quantity:20台)呢"], Some("USD"));
        check(&["美元价多少", "还是报人民币吧"], Some("CNY"));
        check(&["美元价多少", "不要美元了，报人民币价"], Some("CNY"));
        check(&["CNY please, not USD"], Some("CNY"));
        check(&["EUR, no, better in GBP"], Some("GBP"));
        check(&["美元价多少", "不要美元了"], Some("USD"));
        check(&["[P001](product:P001)多少越南盾"], Some("VND"));
        check(&["price in Australian dollars please"], Some("AUD"));
        check(&["in HK$ please"], Some("HKD"));
        check(&["let me try your pen, the CAD file is here"], None);
        check(&["密封圈用NOK的吗", "SDS with GHS label", "宁波福林机电"], None);
        let budget = r#"[P001](product:P001) [5000 USD](money:{"minor":500000,"currency":"USD"}) 够吗"#;
        check(&[budget], None);
    }
}
