use std::path::PathBuf;

use desk::ports::{RenderError, Renderer};
use domain::quote::document::{Align, Block, Cell, Column, Document, Entry, Scaled};
use skrifa::FontRef;

use super::{Options, Papers, font, layout::Measure};

/// A paper with `rows` lines.
fn document(rows: usize) -> Document {
    let block = |name: &str| Block {
        title: "需方".into(),
        name: name.into(),
        entries: vec![Entry::new("地址", "浙江省宁波市北仑区启明路 88 号".repeat(4))],
    };
    let column = |title: &str, align, weight| Column { title: title.into(), align, weight };
    let cell = |text: &str| Cell { text: text.into(), number: None };
    let amount =
        Cell { text: "960,000.00".into(), number: Some(Scaled { value: 96_000_000, digits: 2, shown: 2 }) };
    Document {
        language: "zh",
        title: "报价单".into(),
        heading: "宁波启明自动化".into(),
        particulars: vec![Entry::new("单号", "QT20261123-000001"), Entry::new("有效期至", "2026年12月8日")],
        seller: block("宁波启明自动化"),
        buyer: block("=1+1"),
        columns: vec![
            column("序号", Align::Center, 10),
            column("产品名称", Align::Left, 60),
            column("金额", Align::Right, 30),
        ],
        rows: vec![
            vec![cell("1"), cell("六轴工业机器人 P001：负载 20 kg，臂展 1.8 m"), amount.clone()];
            rows
        ],
        totals: vec![("含税合计".into(), amount)],
        in_words: Entry::new("大写金额", "人民币玖拾陆万元整"),
        terms: vec![Entry::new("付款方式", "预付30%，发货前付清余款")],
        notes: vec!["以上价格含13%增值税专用发票。".into()],
        signature: "供方（盖章）".into(),
        sealed: false,
        file_name: "QT20261123-000001".into(),
    }
}

/// Runs `test` where the system has a Chinese font, and says so where it has none.
fn with_font(test: impl FnOnce(&font::Found)) {
    match font::find(None) {
        Ok(found) => test(&found),
        Err(error) => eprintln!("skipped: {error}"),
    }
}

/// As the root of the page tree counts them.
fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let (_, count) = text.split_once("/Count ").expect("a page tree");
    count.chars().take_while(char::is_ascii_digit).collect::<String>().parse().expect("a number")
}

#[test]
fn a_paper_becomes_a_pdf_with_an_embedded_part_of_the_font() {
    with_font(|_| {
        let pdf = Papers::default().pdf(&document(1)).expect("it is drawn");
        assert!(pdf.starts_with(b"%PDF-"), "{:?}", &pdf[..8]);
        assert!(pdf.len() < 400_000, "{} bytes: the font is not cut to what is used", pdf.len());
        assert_eq!(
            Papers::default().pdf(&document(1)).expect("again"),
            pdf,
            "the same paper is the same file"
        );
    });
}

#[test]
fn a_long_paper_goes_on_over_several_pages() {
    with_font(|_| {
        let short = Papers::default().pdf(&document(1)).expect("it is drawn");
        let long = Papers::default().pdf(&document(120)).expect("it is drawn");
        assert!(pages(&long) > pages(&short), "{} pages", pages(&long));
    });
}

#[test]
fn any_text_can_be_set() {
    with_font(|_| {
        for text in [
            "",
            " ",
            "\n\n",
            "\u{0}\u{7}",
            "😀🇨🇳",
            "مرحبا",
            "e\u{301}\u{302}",
            &"无空格".repeat(2_000),
            &"x".repeat(5_000),
        ] {
            let mut odd = document(2);
            odd.heading = text.into();
            odd.buyer.name = text.into();
            odd.notes = vec![text.into()];
            odd.rows[0][1].text = text.into();
            assert!(Papers::default().pdf(&odd).is_ok(), "{:?}", text.chars().take(8).collect::<String>());
            assert!(Papers::default().xlsx(&odd).is_ok(), "{:?}", text.chars().take(8).collect::<String>());
        }
    });
}

#[test]
fn a_paper_becomes_a_spreadsheet_without_any_font() {
    let sheet = Papers::default().xlsx(&document(3)).expect("it is written");
    assert!(sheet.starts_with(b"PK\x03\x04"));
}

#[test]
fn lines_break_between_chinese_characters_and_between_words() {
    with_font(|found| {
        let face = FontRef::from_index(&found.data, found.index).expect("a face");
        let measure = Measure::new(&face);
        let check = |text: &str, width: f32, expected: &[&str]| {
            assert_eq!(measure.lines(text, 10.0, width), expected, "{text}");
        };
        check("报价单有效", 30.0, &["报价单", "有效"]);
        // A line does not begin with what closes one.
        check("报价单，有效", 30.0, &["报价单，", "有效"]);
        check("one two", 30.0, &["one", "two"]);
        check("第一\n第二", 100.0, &["第一", "第二"]);
        check("", 100.0, &[""]);
        assert!(measure.lines(&"x".repeat(40), 10.0, 30.0).len() > 5, "a word without end is cut");
        for line in measure.lines(&"交货期 30 days after order，付款方式预付30%。".repeat(9), 9.0, 200.0)
        {
            assert!(measure.width(&line, 9.0) <= 200.0 + 9.0, "{line}");
        }
    });
}

#[test]
fn what_is_missing_is_said_with_how_to_mend_it() {
    fn check(options: Options, part: &str) {
        match Papers::new(options).ready() {
            Err(RenderError::NotReady { what, mend }) => {
                assert!(what.contains(part) && !mend.is_empty(), "{what}; {mend}");
            }
            other => panic!("{other:?}"),
        }
    }
    let here = PathBuf::from(file!());
    let path = || {
        Some(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src").join(here.file_name().expect("a name")))
    };
    let own = || Some(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    check(Options { font: Some("/nowhere/font.ttf".into()), ..Options::default() }, "cannot be read");
    check(Options { font: own(), ..Options::default() }, "damaged or lacks Chinese");
    check(Options { logo: own(), ..Options::default() }, "neither PNG nor JPEG");
    check(Options { seal: path(), ..Options::default() }, "cannot be read");
}
