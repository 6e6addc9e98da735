//! The buyer's page of a quote, as HTML that stands by itself: no script, nothing inline, every text escaped.

use axum::http::StatusCode;
use domain::{
    language::ReplyLanguage,
    quote::document::{Align, Block, Cell, Document, Entry},
};

/// Where the page's links lead, relative to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    pub stylesheet: String,
    pub pdf: String,
    pub xlsx: String,
    /// Where the form of acceptance is sent; none where nothing can be accepted (any more).
    pub accept: Option<String>,
    pub other_language: Option<String>,
}

/// Why there is no quote to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    Unknown,
    Expired {
        label: String,
    },
    Withdrawn {
        label: String,
    },
    /// With the secret of the version that took its place, if the buyer has that one.
    Superseded {
        label: String,
        newest: Option<String>,
    },
}

impl Notice {
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Unknown => StatusCode::NOT_FOUND,
            _ => StatusCode::GONE,
        }
    }
}

/// The styles of the page, which stand in a file of their own.
pub const STYLESHEET_PATH: &str = "/q/quote.css";

/// The bytes of the stylesheet, for a page that is kept as a file.
pub fn stylesheet() -> &'static [u8] {
    web::asset(STYLESHEET_PATH).map(|asset| asset.bytes).unwrap_or_default()
}

/// The page of a quote that the buyer has.
pub fn quote(document: &Document, links: &Links, accepted: bool) -> String {
    let zh = document.language == "zh";
    let say = |chinese: &'static str, english: &'static str| if zh { chinese } else { english };
    let mut html = Html::begin(
        document.language,
        &format!("{} {}", document.title, document.file_name),
        &links.stylesheet,
    );
    html.raw("<main class=\"paper\"><header><p class=\"shop\">");
    html.text(&document.heading);
    html.raw("</p>");
    if let Some(other) = &links.other_language {
        html.link(other, say("English", "中文"), "language");
    }
    html.raw("<h1>");
    html.text(&document.title);
    html.raw("</h1>");
    html.entries(&document.particulars, "particulars");
    html.raw("</header>");
    if accepted {
        html.raw("<p class=\"accepted\" role=\"status\">");
        html.text(say(
            "您已确认此报价，我们会尽快与您联系，安排合同。",
            "You accepted this quote. We will be in touch shortly to arrange the contract.",
        ));
        html.raw("</p>");
    }
    html.raw("<div class=\"parties\">");
    html.block(&document.seller);
    html.block(&document.buyer);
    html.raw("</div>");
    html.table(document);
    html.raw("<dl class=\"totals\">");
    for (label, cell) in &document.totals {
        html.entry(label, &cell.text);
    }
    html.raw("</dl>");
    html.entries(std::slice::from_ref(&document.in_words), "words");
    html.entries(&document.terms, "terms");
    if !document.notes.is_empty() {
        html.raw("<ul class=\"notes\">");
        for note in &document.notes {
            html.raw("<li>");
            html.text(note);
            html.raw("</li>");
        }
        html.raw("</ul>");
    }
    html.raw("<nav class=\"actions\">");
    if let Some(accept) = &links.accept {
        html.raw("<form method=\"post\" action=\"");
        html.text(accept);
        html.raw("\"><button type=\"submit\">");
        html.text(say("接受报价，确认下单意向", "Accept this quote"));
        html.raw("</button></form>");
    }
    html.link(&links.pdf, say("下载 PDF", "Download PDF"), "file");
    html.link(&links.xlsx, say("下载 Excel", "Download Excel"), "file");
    html.raw("</nav></main>");
    html.end()
}

/// The page where there is no quote to show.
pub(crate) fn notice(notice: &Notice, language: ReplyLanguage) -> String {
    let zh = language == ReplyLanguage::Zh;
    let say = |chinese: String, english: String| if zh { chinese } else { english };
    let text = match notice {
        Notice::Unknown => say(
            "没有找到这份报价单，请核对链接，或在会话里向我们要一份新的。".into(),
            "There is no such quote. Please check the link, or ask us for a new one in the conversation."
                .into(),
        ),
        Notice::Expired { label } => say(
            format!("报价单{label}已过有效期，需要的话请联系我们更新。"),
            format!("Quotation {label} is past its last day. Please ask us for a new one."),
        ),
        Notice::Withdrawn { label } => say(
            format!("报价单{label}已撤回，详情请联系我们。"),
            format!("Quotation {label} has been withdrawn. Please contact us."),
        ),
        Notice::Superseded { label, .. } => say(
            format!("报价单{label}已有新版本，请以新版本为准。"),
            format!("Quotation {label} has been replaced by a newer version."),
        ),
    };
    let code = if zh { "zh" } else { "en" };
    let title = if zh { "报价单" } else { "Quotation" };
    let mut html = Html::begin(code, title, STYLESHEET_PATH);
    html.raw("<main class=\"paper notice\"><h1>");
    html.text(title);
    html.raw("</h1><p>");
    html.text(&text);
    html.raw("</p>");
    if let Notice::Superseded { newest: Some(token), .. } = notice {
        html.raw("<nav class=\"actions\">");
        html.link(&format!("/q/{token}"), if zh { "查看新版本" } else { "See the newer version" }, "file");
        html.raw("</nav>");
    }
    html.raw("</main>");
    html.end()
}

/// Markup under construction. Only texts of our own go in `raw`.
struct Html(String);

impl Html {
    fn begin(language: &str, title: &str, stylesheet: &str) -> Self {
        let mut html = Self(String::with_capacity(8_192));
        html.raw("<!doctype html>\n<html lang=\"");
        html.text(language);
        html.raw("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.raw("<meta name=\"robots\" content=\"noindex\"><title>");
        html.text(title);
        html.raw("</title><link rel=\"stylesheet\" href=\"");
        html.text(stylesheet);
        html.raw("\"></head><body>");
        html
    }

    fn raw(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Text of others: what could be markup is written as what it looks like.
    fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
    }

    fn link(&mut self, address: &str, words: &str, class: &'static str) {
        self.raw("<a class=\"");
        self.raw(class);
        self.raw("\" href=\"");
        self.text(address);
        self.raw("\">");
        self.text(words);
        self.raw("</a>");
    }

    fn entry(&mut self, label: &str, value: &str) {
        self.raw("<div><dt>");
        self.text(label);
        self.raw("</dt><dd>");
        self.text(value);
        self.raw("</dd></div>");
    }

    fn entries(&mut self, entries: &[Entry], class: &'static str) {
        self.raw("<dl class=\"");
        self.raw(class);
        self.raw("\">");
        for entry in entries {
            self.entry(&entry.label, &entry.value);
        }
        self.raw("</dl>");
    }

    fn block(&mut self, block: &Block) {
        self.raw("<section><h2>");
        self.text(&block.title);
        self.raw("</h2><p class=\"firm\">");
        self.text(&block.name);
        self.raw("</p>");
        self.entries(&block.entries, "particulars");
        self.raw("</section>");
    }

    /// On a phone each row becomes a card, so every cell carries the title of its column.
    fn table(&mut self, document: &Document) {
        self.raw("<table><thead><tr>");
        for column in &document.columns {
            self.raw("<th scope=\"col\"");
            self.align(column.align);
            self.raw(">");
            self.text(&column.title);
            self.raw("</th>");
        }
        self.raw("</tr></thead><tbody>");
        for row in &document.rows {
            self.raw("<tr>");
            for (Cell { text, .. }, column) in row.iter().zip(&document.columns) {
                self.raw("<td");
                self.align(column.align);
                self.raw(" data-title=\"");
                self.text(&column.title);
                self.raw("\">");
                self.text(text);
                self.raw("</td>");
            }
            self.raw("</tr>");
        }
        self.raw("</tbody></table>");
    }

    fn align(&mut self, align: Align) {
        self.raw(match align {
            Align::Left => "",
            Align::Center => " class=\"center\"",
            Align::Right => " class=\"right\"",
        });
    }

    fn end(mut self) -> String {
        self.raw("</body></html>\n");
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_others_never_become_markup() {
        let hostile = "<script>alert('x')</script>\"&";
        let entry = |label: &str| Entry::new(label, hostile);
        let block = || Block { title: "t".into(), name: hostile.into(), entries: vec![entry("e")] };
        let document = Document {
            language: "zh",
            title: hostile.into(),
            heading: hostile.into(),
            particulars: vec![entry(hostile)],
            seller: block(),
            buyer: block(),
            columns: vec![domain::quote::document::Column {
                title: hostile.into(),
                align: Align::Left,
                weight: 100,
            }],
            rows: vec![vec![Cell { text: hostile.into(), number: None }]],
            totals: vec![(hostile.into(), Cell { text: hostile.into(), number: None })],
            in_words: entry("w"),
            terms: vec![entry("t")],
            notes: vec![hostile.into()],
            signature: hostile.into(),
            sealed: false,
            file_name: hostile.into(),
        };
        let links = Links {
            stylesheet: "quote.css".into(),
            pdf: hostile.into(),
            xlsx: hostile.into(),
            accept: Some(hostile.into()),
            other_language: Some(hostile.into()),
        };
        for page in [
            quote(&document, &links, true),
            notice(&Notice::Expired { label: hostile.into() }, ReplyLanguage::En),
            notice(
                &Notice::Superseded { label: "x".into(), newest: Some(hostile.into()) },
                ReplyLanguage::Zh,
            ),
        ] {
            assert!(!page.contains("<script") && !page.contains("alert('"), "{page}");
            for forbidden in [" style=", " onclick=", "<style", "javascript:", "http://", "https://"] {
                assert!(!page.contains(forbidden), "{forbidden} in {page}");
            }
        }
    }
}
