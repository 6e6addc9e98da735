//! Text without what leads to a person: names that are known, numbers to call, addresses.

/// What stands in place of what was taken out.
const MASK: &str = "***";
/// So many digits in a row, with what people put between them, are a number to call or to identify by.
const LONG_NUMBER: usize = 7;

/// `text` without `names`, e-mail addresses, links, and numbers of seven digits or more. A name of one character is left, since it would
/// tear words apart.
pub fn masked(text: &str, names: &[&str]) -> String {
    let mut names: Vec<&str> =
        names.iter().map(|name| name.trim()).filter(|name| name.chars().count() >= 2).collect();
    names.sort_by_key(|name| (std::cmp::Reverse(name.len()), *name));
    names.dedup();
    let mut text = text.to_owned();
    for name in names {
        text = text.replace(name, MASK);
    }
    without_numbers(&without_addresses(&text))
}

/// E-mail addresses and links are made of characters that no word between them has.
fn without_addresses(text: &str) -> String {
    let belongs = |character: char| character.is_ascii_alphanumeric() || "@._-+%/:?=&#~".contains(character);
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(belongs) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|character| !belongs(character)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        result.push_str(before);
        let is_address =
            word.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
                || word.contains("://")
                || word.starts_with("www.");
        result.push_str(if is_address { MASK } else { word });
        rest = after;
    }
    result.push_str(rest);
    result
}

fn without_numbers(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut result = String::with_capacity(text.len());
    let mut place = 0;
    while let Some(&character) = characters.get(place) {
        let end = number_end(&characters, place);
        let digits = characters[place..end].iter().filter(|character| character.is_numeric()).count();
        if digits >= LONG_NUMBER {
            result.push_str(MASK);
            place = end;
        } else if end > place {
            result.extend(&characters[place..end]);
            place = end;
        } else {
            result.push(character);
            place += 1;
        }
    }
    result
}

/// The end of a number that begins at `start`: digits with single spaces, hyphens, dots or brackets between them. `start` itself where
/// there is none.
fn number_end(characters: &[char], start: usize) -> usize {
    let digit = |place: usize| characters.get(place).is_some_and(|character| character.is_numeric());
    let opens = characters.get(start).is_some_and(|character| "+(（".contains(*character));
    if !(digit(start) || opens && digit(start + 1)) {
        return start;
    }
    let mut end = start + 1;
    loop {
        if digit(end) {
            end += 1;
            continue;
        }
        let joins = |place: usize| characters.get(place).is_some_and(|c| " -.()（）－".contains(*c));
        if joins(end) && digit(end + 1) {
            end += 2;
        } else if joins(end) && joins(end + 1) && digit(end + 2) {
            end += 3;
        } else {
            return end;
        }
    }
}
