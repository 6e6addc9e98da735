#![doc = include_str!("../README.md")]

/// A file as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    pub content_type: &'static str,
    pub bytes: &'static [u8],
    /// Changes whenever the bytes do, in the quotes of the header.
    pub etag: String,
}

struct Entry {
    path: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
    hash: u64,
}

macro_rules! entries {
    ($($path:literal = $file:literal, $type:ident;)*) => {
        &[$(Entry {
            path: $path,
            content_type: $type,
            bytes: include_bytes!(concat!("../assets/", $file)),
            hash: hash(include_bytes!(concat!("../assets/", $file))),
        }),*]
    };
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

static ENTRIES: &[Entry] = entries! {
    "/" = "console/index.html", HTML;
    "/setup" = "console/setup.html", HTML;
    "/console/console.css" = "console/console.css", CSS;
    "/console/api.js" = "console/api.js", JS;
    "/console/app.js" = "console/app.js", JS;
    "/console/conversations.js" = "console/conversations.js", JS;
    "/console/dom.js" = "console/dom.js", JS;
    "/console/approvals.js" = "console/approvals.js", JS;
    "/console/cards.js" = "console/cards.js", JS;
    "/console/knowledge.js" = "console/knowledge.js", JS;
    "/console/insight_texts.js" = "console/insight_texts.js", JS;
    "/console/insights.js" = "console/insights.js", JS;
    "/console/followups.js" = "console/followups.js", JS;
    "/console/leads.js" = "console/leads.js", JS;
    "/console/live.js" = "console/live.js", JS;
    "/console/merges.js" = "console/merges.js", JS;
    "/console/profile.js" = "console/profile.js", JS;
    "/console/quotes.js" = "console/quotes.js", JS;
    "/console/setup.js" = "console/setup.js", JS;
    "/console/suggestions.js" = "console/suggestions.js", JS;
    "/console/texts.js" = "console/texts.js", JS;
    "/console/trace.js" = "console/trace.js", JS;
    "/favicon.svg" = "favicon.svg", SVG;
    "/demo" = "demo/index.html", HTML;
    "/demo/demo.css" = "demo/demo.css", CSS;
    "/demo/demo.js" = "demo/demo.js", JS;
    "/q/quote.css" = "quote.css", CSS;
    "/widget.js" = "widget.js", JS;
};

/// The file at a path of the URL, if there is one.
pub fn asset(path: &str) -> Option<Asset> {
    let entry = ENTRIES.iter().find(|entry| entry.path == path)?;
    let etag = format!("\"{:016x}\"", entry.hash);
    Some(Asset { content_type: entry.content_type, bytes: entry.bytes, etag })
}

/// Every path that has a file.
pub fn paths() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.path)
}

/// FNV-1a: it only has to tell versions apart.
const fn hash(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        at += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str) -> &'static str {
        std::str::from_utf8(asset(path).expect("is there").bytes).expect("is UTF-8")
    }

    #[test]
    fn pages_obey_their_own_content_security_policy() {
        for path in paths().filter(|path| asset(path).is_some_and(|asset| asset.content_type == HTML)) {
            let page = text(path);
            for forbidden in
                [" style=", " onclick=", " onload=", "<style", "javascript:", "http://", "https://"]
            {
                assert!(!page.contains(forbidden), "{path} has {forbidden}");
            }
            assert!(
                page.split("<script")
                    .skip(1)
                    .all(|tag| tag.starts_with(" type=\"module\" src=\"/") || tag.starts_with(" src=\"/")),
                "{path} has a script of its own"
            );
        }
    }

    #[test]
    fn scripts_never_make_markup_of_text() {
        for path in paths().filter(|path| asset(path).is_some_and(|asset| asset.content_type == JS)) {
            for forbidden in
                ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"]
            {
                assert!(!text(path).contains(forbidden), "{path} has {forbidden}");
            }
        }
    }

    #[test]
    fn both_languages_have_the_same_words() {
        for path in ["/console/texts.js", "/console/insight_texts.js", "/widget.js"] {
            let words = |language: &str| -> Vec<&str> {
                let (_, rest) =
                    text(path).split_once(&format!(" {language}: {{\n")).expect("the language is there");
                let lines = rest.lines().take_while(|line| line.trim() != "},");
                lines.filter_map(|line| line.trim().split_once(": \"").map(|(key, _)| key)).collect()
            };
            assert!(words("zh").len() > 10, "{path}");
            let mut once = words("zh");
            once.sort_unstable();
            let twice: Vec<&[&str]> = once.windows(2).filter(|pair| pair[0] == pair[1]).collect();
            assert!(
                twice.is_empty(),
                "the later of two words is said in place of the first: {twice:?} in {path}"
            );
            assert_eq!(words("zh"), words("en"), "{path}");
        }
    }

    #[test]
    fn every_file_that_a_page_or_module_names_is_there() {
        for path in paths() {
            let Some(asset) = asset(path) else { continue };
            let Ok(source) = std::str::from_utf8(asset.bytes) else { continue };
            let (marks, base): (&[&str], &str) = match asset.content_type {
                HTML => (&["src=\"", "href=\""], ""),
                JS => (&["from \"."], "/console"),
                _ => continue,
            };
            for mark in marks {
                for rest in source.split(mark).skip(1) {
                    let named = rest.split('"').next().unwrap_or_default();
                    let named = named.split(['?', '#']).next().unwrap_or_default();
                    let full = format!("{base}{named}");
                    assert!(paths().any(|known| known == full), "{path} names {full}");
                }
            }
        }
    }
}
