//! Whether a text holds words at all, so that its language means something.

/// Letters outside markup, links and addresses. Enclosed letters are emoji.
pub fn any(text: &str) -> bool {
    let mut rest = text;
    while let Some((at, letter)) = rest.char_indices().find(|&(_, letter)| is_letter(letter) || opens(letter))
    {
        let (before, here) = rest.split_at(at);
        match skipped(before, here) {
            Some(length) => rest = &here[length..],
            None if opens(letter) => rest = &here[letter.len_utf8()..],
            None => return true,
        }
    }
    false
}

const fn opens(letter: char) -> bool {
    matches!(letter, '<' | '&')
}

fn is_letter(letter: char) -> bool {
    letter.is_alphabetic()
        && !matches!(letter, '\u{2100}'..='\u{214f}' | '\u{24b6}'..='\u{24e9}' | '\u{1f100}'..='\u{1f1ff}')
}

/// How many bytes at the start of `here` are no words: a tag with what only machines read, an entity, a link, an address.
fn skipped(before: &str, here: &str) -> Option<usize> {
    if let Some(tag) = here.strip_prefix('<') {
        let named =
            tag.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '/' | '!' | '?'));
        let end = here.find('>').filter(|_| named)? + 1;
        let hidden = ["script", "style"]
            .into_iter()
            .find(|name| tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)));
        let closing = hidden.and_then(|name| {
            let close = format!("</{name}");
            here[end..].to_ascii_lowercase().find(&close).map(|at| end + at)
        });
        return Some(closing.unwrap_or(end));
    }
    if let Some(entity) = here.strip_prefix('&') {
        let length = entity.find(';').filter(|&length| (1..=8).contains(&length))?;
        let is_name = entity[..length].chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '#');
        return is_name.then_some(length + 2);
    }
    let word = here.find(char::is_whitespace).unwrap_or(here.len());
    let is_link = ["http://", "https://", "www."].into_iter().any(|start| here[..word].starts_with(start));
    let is_address = here[..word].contains('@') && !before.ends_with('@');
    // A link that Chinese follows without a space ends where it does.
    let end = here[..word].find(|letter: char| !letter.is_ascii()).unwrap_or(word);
    ((is_link || is_address) && end > 0).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::any;

    #[test]
    fn emoji_markup_and_links_are_no_words() {
        for text in [
            "",
            "👍",
            "😀😀!!",
            "🆗",
            "🇨🇳",
            "20",
            "?",
            "<br><br/>",
            "<b></b>",
            "<div class=\"a\"></div>",
            "<script>alert(1)</script>",
            "<STYLE>p {color: red}</STYLE>",
            "&nbsp;&amp;",
            "https://example.com/a?b=c",
            "a@example.com",
            "Ⓐ",
            "<!-- hello -->",
        ] {
            assert!(!any(text), "{text}");
        }
        for text in [
            "ok",
            "好",
            "<b>好</b>",
            "P001",
            "1 < a",
            "a & b",
            "https://example.com多少钱",
            "😀 price",
            "<script>x</script> hi",
            "&",
            "<",
            "привет",
        ] {
            assert_eq!(any(text), text.chars().any(char::is_alphabetic), "{text}");
        }
    }
}
