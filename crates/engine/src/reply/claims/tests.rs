use super::*;

/// The claims of a text, shortened: `48000 money:CNY`, `date 2026-12-20`, `code P001`.
fn claims(text: &str) -> Vec<String> {
    scan(text).into_iter().map(|found| short(&found.claim)).collect()
}

fn short(claim: &Claim) -> String {
    let part = |number: Option<String>| number.unwrap_or_else(|| "?".into());
    match claim {
        Claim::Number { value, unit } => {
            let number = domain::decimal::format_scaled(i64::try_from(*value).expect("small"), 6);
            match unit {
                Unit::None => number,
                Unit::Money(Some(currency)) => format!("{number} {currency}"),
                Unit::Money(None) => format!("{number} money"),
                Unit::Named(name) => format!("{number} {name}"),
                unit => format!("{number} {}", format!("{unit:?}").to_lowercase()),
            }
        }
        Claim::Date { year, month, day } => format!(
            "date {}-{}-{}",
            part(year.map(|year| year.to_string())),
            part(month.map(|month| month.to_string())),
            part(day.map(|day| day.to_string()))
        ),
        Claim::Clock(minutes) => format!("clock {minutes}"),
        Claim::Day(day) => format!("day {day}"),
        Claim::Code(code) => format!("code {code}"),
        Claim::Address(address) => format!("address {address}"),
        Claim::Free(free) => format!("free {free:?}"),
        Claim::Unreadable(text) => format!("unreadable {text}"),
    }
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(claims(text), expected, "{text}");
}

#[test]
fn numbers_are_read_in_every_notation() {
    check("48,000", &["48000"]);
    check("1,234,567.89元", &["1234567.89 CNY"]);
    check("12,34", &["12", "34"]);
    check(".5 kg", &["0.5 kg"]);
    check("4.8万", &["48000"]);
    check("4万8千", &["48000"]);
    check("4万8", &["48000"]);
    check("四万八千", &["48000"]);
    check("四万八", &["48000"]);
    check("一百二", &["120"]);
    check("一百零二", &["102"]);
    check("两千零五十台", &["2050 count"]);
    check("十五", &["15"]);
    check("二十", &["20"]);
    check("三点五吨", &["3.5 t"]);
    check("一亿三千万", &["130000000"]);
    check("二〇二六", &["2026"]);
    check("48k", &["48000"]);
    check("1.2 million yuan", &["1200000 CNY"]);
    check("two hundred and fifty units", &["250 count"]);
    check("twenty-five thousand", &["25000"]);
    check("two and a half years", &["30 months"]);
    check("a dozen", &["12"]);
    check("two and three", &["2", "3"]);
    check("5千瓦", &["5 kw"]);
}

#[test]
fn units_stand_with_their_numbers() {
    check("¥48,000/台", &["48000 CNY"]);
    check("USD 1.2k", &["1200 USD"]);
    check("HK$50", &["50 HKD"]);
    check("20台", &["20 count"]);
    check("20 pcs", &["20 count"]);
    check("三个月", &["3 months"]);
    check("34块5", &["34.5 CNY"]);
    check("三十四块五一只", &["34.5 CNY"]);
    check("3块5个", &["3 CNY", "5 count"]);
    check("两年", &["24 months"]);
    check("两年半", &["30 months"]);
    check("半年", &["6 months"]);
    check("两周", &["14 days"]);
    check("3个工作日", &["3 workingdays"]);
    check("8小时", &["480 minutes"]);
    check("八五折", &["15 discount"]);
    check("85折", &["15 discount"]);
    check("9.5折", &["5 discount"]);
    check("三成", &["30 percent"]);
    check("13个点", &["13 percent"]);
    check("优惠5%", &["5 discount"]);
    check("5% off", &["5 discount"]);
    check("百分之八", &["8 percent"]);
    check("单价只要30", &["30 money"]);
    check("a 24-month warranty", &["24 months"]);
    check("20kg", &["20 kg"]);
}

#[test]
fn dates_codes_and_addresses_are_whole() {
    check("2026-12-20", &["date 2026-12-20"]);
    check("2026年12月20日", &["date 2026-12-20"]);
    check("2027 年 1 月 30 日至 2 月 21 日", &["date 2027-1-30", "date ?-2-21"]);
    check("十二月二十日", &["date ?-12-20"]);
    check("20 December 2026", &["date 2026-12-20"]);
    check("Dec. 20th, 2026", &["date 2026-12-20"]);
    check("12/20/2026", &["date 2026-12-20"]);
    check("15号", &["date ?-?-15"]);
    check("8:30", &["clock 510"]);
    check("八点半", &["clock 510"]);
    check("周三", &["day wednesday"]);
    check("P001", &["code P001"]);
    check("QM-R6", &["code QMR6"]);
    check("IP67", &["code IP67"]);
    check("+86 574 0000 0000", &["code 8657400000000"]);
    check("0000 0000 0000 0000", &["code 0000000000000000"]);
    check("https://a.b/c?d=1", &["address https://a.b/c?d=1"]);
    check("见 www.x.com。", &["address www.x.com"]);
    check("a@b.co", &["address a@b.co"]);
    check("包邮", &["free Shipping"]);
    check("free delivery", &["free Shipping"]);
    check("delivered free within mainland China", &["free Shipping"]);
    check("we ship a free gripper", &["free Other"]);
    check("½", &["unreadable ½"]);
    check("3 0 0 0 元", &["3000 CNY"]);
    check("48О00", &["code 48O00"]);
    check("frее", &["free Other"]);
    check("MMM元", &["unreadable mmm"]);
    check("10^4", &["10", "unreadable ^", "4"]);
    check("IP67-rated", &["code IP67"]);
    check("1. 20台\n2. 30天", &["20 count", "30 days"]);
    check("2. 20台", &["2", "20 count"]);
    check("the 23rd", &["date ?-?-23"]);
    check("1.27 N·m", &["1.27 nm"]);
    check("1.27牛米", &["1.27 nm"]);
    check("一天只要65.8元", &["65.8 CNY"]);
    check("一天就发货", &["1 days"]);
}

#[test]
fn idioms_hide_no_number() {
    check("万一", &[]);
    check("八万一台", &["80000"]);
    check("4.8万一台", &["48000"]);
    check("四万八一台", &["48000"]);
    check("四万八千一台", &["48000"]);
    check("二十一台", &["21 count"]);
    check("十分", &[]);
    check("十分钟", &["10 minutes"]);
    check("一下", &[]);
    check("一台四万", &["40000"]);
    check("一天", &["1 days"]);
    check("一块儿", &[]);
    check("一块钱", &["1 CNY"]);
    check("千万别", &[]);
    check("千万元", &["10000000 CNY"]);
    check("第一", &[]);
    check("中国大陆订单免运费", &["free Shipping"]);
    check("陆台", &["6 count"]);
    check("a third off", &["unreadable third"]);
    check("a third option", &[]);
}
