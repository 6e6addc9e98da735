//! The language of a message.

use std::{collections::HashSet, sync::LazyLock};

use domain::language::Language;

use crate::text::is_han;

/// Words that mark English; the first ones are function words, then those of trade and of short answers.
const ENGLISH: &str = "the be is are am was were been to of and a an in that have has had it for not on with he as you do does did \
    at this but his by from they we say her she or will my one all would there their what so up out if about who get which go me \
    when make can like time no just him know take people into year your good some could them see other than then now look only \
    come its over think also back after use two how our work first well way even new want because any these give most us i i'm \
    yes ok okay hi hello hey dear sir madam thanks thank please pls need price prices cost how's much many order orders ship \
    shipping sample samples send quote quotation delivery stock minimum moq warranty invoice payment pay discount best offer \
    where why may should must don't doesn't can't didn't isn't won't what's it's we're you're i'd i'll let's cheap cheaper expensive \
    buy sell selling looking interested company product products catalogue catalog color size problem broken refund \
    replace return call contact number email whatsapp manager human agent person speak talk stop unsubscribe available \
    weeks days month lead u ur r plz thx ty bro friend morning afternoon evening night bye great nice fine sure \
    deal done agree still again last next week today tomorrow yesterday here more less each per unit units piece pieces pcs set sets \
    box carton container freight port customs before without same different better between under high low big small help";

/// Words that mark another language written in Latin letters.
const FOREIGN: &str = "el los las una unos para por con que como está estoy quiero cuanto cuánto cuesta precio gracias hola buenos días \
    pero más muy usted ustedes necesito donde cuándo tiene puede favor envío le les des une est sont avec pour dans sur vous nous je \
    combien merci bonjour prix voulons votre notre pouvez livraison qui pas oui der das und ist nicht ein eine einen wir sie ich \
    haben können für mit auf wie viel preis danke bitte guten tag lieferung lieferzeit brauchen o os um uma não você obrigado preço quanto \
    preciso bom dia entrega il lo gli che non sono quanto costa grazie buongiorno prezzo vorrei bir ve için ne kadar fiyat merhaba \
    teşekkürler lütfen var mı saya anda yang dan untuk dengan tidak berapa harga terima kasih bisa apakah ini itu kami cho của \
    là không bao nhiêu giá tôi bạn cảm ơn và có được en het een niet wij hoeveel prijs dank voor jest nie ile kosztuje dziękuję proszę \
    czy jak dla cena skolko stoit kitna kitne hai kya chahiye bhai aap mujhe nahi bei gani sawa asante shukran kam hapana";

static ENGLISH_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| ENGLISH.split_ascii_whitespace().collect());
static FOREIGN_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| FOREIGN.split_ascii_whitespace().collect());

/// Counts by script.
struct Scripts {
    han: usize,
    latin: usize,
    kana: usize,
    other: usize,
}

/// The language of a folded message. What tells nothing, such as a model number or `ok`, has the conversation's.
pub fn detect(chars: &[char], conversation: Option<Language>) -> Language {
    let scripts = count(chars);
    if scripts.other > scripts.han + scripts.latin || (scripts.kana > 1 && scripts.kana * 4 >= scripts.han) {
        return Language::Other;
    }
    let words = Words::of(chars);
    if scripts.han > 0 {
        let mixed = words.english >= 3 || (words.english >= 1 && words.plain >= 4);
        return if mixed && scripts.han >= 2 { Language::Mixed } else { Language::Zh };
    }
    if scripts.latin == 0 && scripts.other > 0 {
        return Language::Other;
    }
    if words.plain == 0 || (words.total == 1 && words.acknowledges) {
        return conversation.unwrap_or(if words.acknowledges { Language::En } else { Language::default() });
    }
    let foreign = words.foreign > words.english
        || (words.accented > 0 && words.accented + words.foreign > words.english);
    if foreign { Language::Other } else { Language::En }
}

fn count(chars: &[char]) -> Scripts {
    let mut scripts = Scripts { han: 0, latin: 0, kana: 0, other: 0 };
    for &c in chars {
        if is_han(c) {
            scripts.han += 1;
        } else if matches!(c, '\u{3040}'..='\u{30ff}') {
            scripts.kana += 1;
            scripts.other += 1;
        } else if c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}') {
            scripts.latin += 1;
        } else if c.is_alphabetic() {
            scripts.other += 1;
        }
    }
    scripts
}

/// What the Latin words of a message say of its language.
#[derive(Default)]
struct Words {
    total: usize,
    /// Words that are no codes and longer than one letter.
    plain: usize,
    english: usize,
    foreign: usize,
    accented: usize,
    /// A word such as `ok`, which every language uses.
    acknowledges: bool,
}

/// A long message shows its language in its first words.
const READ: usize = 120;

impl Words {
    fn of(chars: &[char]) -> Self {
        let mut words = Self::default();
        let mut at = 0;
        while at < chars.len() && words.total < READ {
            let start = at;
            while at < chars.len()
                && (is_latin(chars[at]) || chars[at].is_ascii_digit() || (chars[at] == '\'' && at > start))
            {
                at += 1;
            }
            if at > start {
                words.add(&chars[start..at]);
            } else {
                at += 1;
            }
        }
        words
    }

    fn add(&mut self, word: &[char]) {
        self.total += 1;
        if word.iter().any(char::is_ascii_digit) {
            return;
        }
        let text: String = word.iter().collect();
        let english = ENGLISH_WORDS.contains(text.as_str());
        self.acknowledges |= matches!(text.as_str(), "ok" | "okay" | "okk" | "kk" | "oki");
        self.plain += usize::from(word.len() > 1 && !is_trade_code(&text));
        self.english += usize::from(english && (word.len() > 1 || text == "i"));
        if !english && word.len() > 1 {
            self.foreign += usize::from(FOREIGN_WORDS.contains(text.as_str()));
            self.accented += usize::from(word.iter().any(|c| !c.is_ascii()));
        }
    }
}

const fn is_latin(c: char) -> bool {
    c.is_ascii_lowercase() || matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// Abbreviations that stand in Chinese messages as often as in English ones.
fn is_trade_code(word: &str) -> bool {
    matches!(
        word,
        "moq"
            | "cif"
            | "fob"
            | "exw"
            | "cfr"
            | "ddp"
            | "dap"
            | "oem"
            | "odm"
            | "ce"
            | "ul"
            | "rohs"
            | "iso"
            | "led"
            | "plc"
            | "pi"
            | "po"
            | "tt"
            | "lc"
            | "rmb"
            | "usd"
            | "pcs"
            | "logo"
            | "app"
            | "pdf"
            | "cad"
            | "dhl"
            | "ups"
            | "ems"
            | "vip"
            | "hs"
            | "kg"
            | "mm"
            | "cm"
            | "agv"
            | "cnc"
            | "pvc"
            | "usb"
            | "qq"
            | "vx"
            | "wx"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, conversation: Option<Language>, expected: Language) {
        let chars: Vec<char> = crate::text::fold(text).chars().collect();
        assert_eq!(detect(&chars, conversation), expected, "{text}");
    }

    #[test]
    fn words_and_scripts_tell_the_language() {
        check("一台多少钱", None, Language::Zh);
        check("P001 20台 CIF汉堡多少", None, Language::Zh);
        check("how much is the gearbox", None, Language::En);
        check("price?", None, Language::En);
        check("please send me the 报价单 today", None, Language::Mixed);
        check("¿cuánto cuesta el robot?", None, Language::Other);
        check("wie viel kostet das", None, Language::Other);
        check("сколько стоит", None, Language::Other);
        check("価格を教えてください", None, Language::Other);
        check("얼마예요", None, Language::Other);
        check("كم السعر", None, Language::Other);
        check("café table price please", None, Language::En);
    }

    #[test]
    fn what_tells_nothing_has_the_conversations_language() {
        check("ok", Some(Language::Zh), Language::Zh);
        check("P001", Some(Language::En), Language::En);
        check("500", Some(Language::En), Language::En);
        check("P001", None, Language::Zh);
        check("ok", None, Language::En);
        check("", None, Language::Zh);
        check("👍", Some(Language::En), Language::En);
    }
}
