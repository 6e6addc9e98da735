//! Search and identity keys. They are computed here because the databases fold case differently.

use unicode_normalization::UnicodeNormalization;

/// Folds width and case, so that ＡＢＣ, ABC and abc are one.
pub(crate) fn fold(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).collect()
}

/// What makes two spellings one company: letters and digits only. Names without any keep their folded form.
pub(crate) fn company_key(name: &str) -> String {
    let folded = fold(name.trim());
    let key: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    if key.is_empty() { folded } else { key }
}

/// What a contact is found by.
pub(crate) fn search_key(name: Option<&str>, company: Option<&str>) -> String {
    let parts: Vec<&str> = name.into_iter().chain(company).collect();
    fold(&parts.join("\n"))
}

/// A pattern for `LIKE … ESCAPE '!'` that finds the text anywhere.
pub(crate) fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in fold(text.trim()).chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_company_have_one_key() {
        for spelling in ["ACME Tools Co., Ltd.", "acme tools co ltd", "ＡＣＭＥ　Tools Co.,Ltd"] {
            assert_eq!(company_key(spelling), "acmetoolscoltd");
        }
        assert_eq!(company_key("宁波某某汽配（集团）"), company_key("宁波某某汽配(集团)"));
        assert_eq!(company_key("!!!"), "!!!");
    }

    #[test]
    fn wildcards_in_a_query_are_taken_literally() {
        assert_eq!(containing(" 50%_! "), "%50!%!_!!%");
    }
}
