//! Text without what leads to a person: names that are known, numbers to call, addresses.

/// What stands in place of what was taken out.
const MASK: &str = "***";
/// So many digits in a row, with what people put between them, are a number to call or to identify by.
const LONG_NUMBER: usize = 7;

/// So many letters of a name's part are looked for by themselves: shorter ones are words of the language too often.
const PART: usize = 3;

/// `text` without the names of `people` and the `others` that lead to them, e-mail addresses, links, and numbers of seven digits or more.
/// Case does not matter. Names in letters are found as whole words, those of people by their parts of three letters or more as well: a
/// firm's are words like any other. A name of one character is left, since it would tear words apart.
pub fn masked(text: &str, people: &[&str], others: &[&str]) -> String {
    let parts =
        people.iter().flat_map(|name| name.split(|c: char| c.is_whitespace() || "·・,，.".contains(c)));
    let parts = parts.filter(|part| part.chars().count() >= PART && part.chars().all(is_spaced));
    let names = people.iter().chain(others).map(|name| name.trim()).chain(parts);
    let mut folded: Vec<Vec<char>> = names
        .map(|name| name.chars().map(fold).collect())
        .filter(|name: &Vec<char>| name.len() >= 2)
        .collect();
    folded.sort_by_key(|name| std::cmp::Reverse(name.len()));
    without_numbers(&without_addresses(&without_names(text, &folded)))
}

/// `text` without names that are folded, the longest first.
fn without_names(text: &str, names: &[Vec<char>]) -> String {
    let characters: Vec<char> = text.chars().collect();
    let folded: Vec<char> = characters.iter().copied().map(fold).collect();
    let mut result = String::with_capacity(text.len());
    let mut place = 0;
    while let Some(&character) = characters.get(place) {
        let found = names
            .iter()
            .find(|name| folded[place..].starts_with(name) && is_whole(&folded, place, name.len()));
        if let Some(name) = found {
            result.push_str(MASK);
            place += name.len();
        } else {
            result.push(character);
            place += 1;
        }
    }
    result
}

/// Whether what stands at `start` is no piece of a longer word.
fn is_whole(text: &[char], start: usize, length: usize) -> bool {
    let joins = |left: usize, right: usize| {
        let both = text.get(left).zip(text.get(right));
        both.is_some_and(|(left, right)| is_spaced(*left) && is_spaced(*right))
    };
    let begins_inside = start > 0 && joins(start - 1, start);
    let end = start + length;
    !begins_inside && !joins(end - 1, end)
}

/// Whether a character belongs to a script that parts its words by spaces, and puts nothing to the end of a name.
fn is_spaced(character: char) -> bool {
    let is_of_letters = character < '\u{1100}' || ('\u{1e00}'..'\u{2000}').contains(&character);
    is_of_letters && character.is_alphanumeric()
}

/// In small letters, one for one, so that places stay what they are.
fn fold(character: char) -> char {
    let mut small = character.to_lowercase();
    match (small.next(), small.next()) {
        (Some(small), None) => small,
        _ => character,
    }
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
