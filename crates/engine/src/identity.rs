//! Who may be the same: what contacts and companies have in common, as proposals for people. A nickname tells nothing.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    contact::{Company, Contact},
    id::{CompanyId, ContactId},
    merge::{Hint, HintKind, MergeProposal, Pair},
};
use unicode_normalization::UnicodeNormalization;

/// What more than so many have in common is a switchboard or a shared mailbox, and tells nothing of any of them.
const SHARED_BY_MOST: usize = 5;
/// Fewest letters of a company's name without its legal form that tell it from others.
const LEAST_LETTERS: usize = 4;
/// Fewest digits of a telephone number.
const LEAST_DIGITS: usize = 7;

/// Gathers what is known of all contacts and companies, a page at a time; each needs no more room than its hints.
#[derive(Debug, Default)]
pub struct Identities {
    contacts: BTreeMap<Hint, BTreeSet<ContactId>>,
    companies: BTreeMap<Hint, BTreeSet<CompanyId>>,
    merged_companies: BTreeMap<CompanyId, CompanyId>,
}

impl Identities {
    pub fn add_company(&mut self, company: &Company) {
        if let Some(into) = company.merged_into {
            self.merged_companies.insert(company.id, into);
        }
        let name = core_name(&company.name);
        if name.chars().count() >= LEAST_LETTERS {
            self.of_company(HintKind::CompanyName, name, company.id);
        }
    }

    /// Those who were merged already tell nothing new.
    pub fn add_contact(&mut self, contact: &Contact) {
        if contact.merged_into.is_some() {
            return;
        }
        let attribute = |names: &[&str]| {
            let found = names.iter().find_map(|name| contact.attributes.get(*name));
            found.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
        };
        let fact = |key: &str| contact.profile.fact(key)?.value.as_str().map(str::to_owned);
        for phone in attribute(&["phone"]).into_iter().chain(fact("phone")) {
            let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
            if digits.len() >= LEAST_DIGITS {
                // +86 138 0000 0000 and 138 0000 0000 are one.
                let mainland = digits.strip_prefix("86").filter(|rest| rest.len() == 11);
                self.of_contact(HintKind::Phone, mainland.unwrap_or(&digits).to_owned(), contact.id);
            }
        }
        if let Some(unionid) = attribute(&["unionid", "union_id"]) {
            self.of_contact(HintKind::Unionid, unionid, contact.id);
        }
        for email in attribute(&["email"]).into_iter().chain(fact("email")) {
            let email = email.to_lowercase();
            let Some((_, domain)) = email.rsplit_once('@') else { continue };
            if let Some(company) = contact.company.filter(|_| contact.is_verified() && !is_free_mail(domain))
            {
                self.of_company(HintKind::EmailDomain, domain.to_owned(), company);
            }
            self.of_contact(HintKind::Email, email.clone(), contact.id);
        }
    }

    fn of_contact(&mut self, kind: HintKind, value: String, id: ContactId) {
        self.contacts.entry(Hint { kind, value }).or_default().insert(id);
    }

    fn of_company(&mut self, kind: HintKind, value: String, id: CompanyId) {
        self.companies.entry(Hint { kind, value }).or_default().insert(id);
    }

    /// Each pair once with all that it has in common, the oldest pairs first.
    pub fn proposals(self) -> Vec<MergeProposal> {
        let mut found: BTreeMap<Pair, BTreeSet<Hint>> = BTreeMap::new();
        for (hint, ids) in &self.contacts {
            for (from, into) in pairs(ids) {
                found.entry(Pair::Contacts { from, into }).or_default().insert(hint.clone());
            }
        }
        for (hint, ids) in &self.companies {
            let firms: BTreeSet<CompanyId> = ids.iter().map(|id| self.firm(*id)).collect();
            for (from, into) in pairs(&firms) {
                found.entry(Pair::Companies { from, into }).or_default().insert(hint.clone());
            }
        }
        let proposals = found.into_iter();
        proposals.map(|(pair, hints)| MergeProposal { pair, hints: hints.into_iter().collect() }).collect()
    }

    /// What a company is now.
    fn firm(&self, mut id: CompanyId) -> CompanyId {
        for _ in 0..self.merged_companies.len() {
            match self.merged_companies.get(&id) {
                Some(into) => id = *into,
                None => break,
            }
        }
        id
    }
}

/// Every younger one with the oldest; ids are in the order of time.
fn pairs<Id: Copy + Ord>(ids: &BTreeSet<Id>) -> impl Iterator<Item = (Id, Id)> {
    let oldest = ids.first().copied().filter(|_| ids.len() <= SHARED_BY_MOST);
    oldest.into_iter().flat_map(|into| ids.iter().skip(1).map(move |from| (*from, into)))
}

/// A company's name without its legal form, width, case and signs.
fn core_name(name: &str) -> String {
    let folded: String = name.nfkc().flat_map(char::to_lowercase).collect();
    let mut core: String = folded.chars().filter(|letter| letter.is_alphanumeric()).collect();
    while let Some(rest) = LEGAL_FORMS.iter().find_map(|form| core.strip_suffix(form)) {
        core = rest.to_owned();
    }
    core
}

/// Longer ones first.
const LEGAL_FORMS: [&str; 13] = [
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "集团",
    "corporation",
    "company",
    "limited",
    "coltd",
    "gmbh",
    "corp",
    "ltd",
    "llc",
    "inc",
];

fn is_free_mail(domain: &str) -> bool {
    let domain = domain.strip_prefix("vip.").unwrap_or(domain);
    let provider = domain.split('.').next().unwrap_or_default();
    FREE_MAIL.contains(&domain) || FREE_PROVIDERS.contains(&provider)
}

/// Providers with a domain in many countries.
const FREE_PROVIDERS: [&str; 7] = ["gmail", "googlemail", "outlook", "hotmail", "yahoo", "yandex", "live"];
const FREE_MAIL: [&str; 29] = [
    "qq.com",
    "foxmail.com",
    "163.com",
    "126.com",
    "yeah.net",
    "188.com",
    "sina.com",
    "sina.cn",
    "sina.com.cn",
    "sohu.com",
    "139.com",
    "189.cn",
    "wo.cn",
    "aliyun.com",
    "tom.com",
    "21cn.com",
    "icloud.com",
    "me.com",
    "msn.com",
    "aol.com",
    "gmx.com",
    "gmx.de",
    "web.de",
    "mail.com",
    "mail.ru",
    "proton.me",
    "protonmail.com",
    "naver.com",
    "zoho.com",
];

#[cfg(test)]
mod tests {
    use domain::{
        Timestamp,
        contact::CompanyLink,
        id::{self, MessageId},
        profile::{Evidence, ProfileFact, STATED},
    };

    use super::*;

    fn contact(number: i64, says: &[(&str, &str)], company: Option<i64>) -> Contact {
        let at = Timestamp::from_millis(number);
        let mut contact = Contact::new(ContactId::from_ulid(id::compose(at, 1)), at);
        contact.name = Some("王工".into());
        contact.company = company.map(|number| firm(number, "").id);
        contact.company_link = Some(CompanyLink::Verified);
        for (key, value) in says {
            let evidence = Evidence::Message(MessageId::from_ulid(id::compose(at, 2)));
            let value = (*value).into();
            contact.profile.facts.push(ProfileFact {
                key: (*key).into(),
                value,
                confidence: STATED,
                evidence,
                at,
            });
        }
        contact
    }

    fn firm(number: i64, name: &str) -> Company {
        let created_at = Timestamp::from_millis(number);
        let id = CompanyId::from_ulid(id::compose(created_at, 1));
        Company { id, name: name.into(), merged_into: None, joined: Vec::new(), created_at }
    }

    /// The pairs by the times of the two, each with the kinds of its hints.
    fn check(contacts: &[Contact], companies: &[Company], expected: &[(i64, i64, &[HintKind])]) {
        let mut identities = Identities::default();
        for company in companies {
            identities.add_company(company);
        }
        for contact in contacts {
            identities.add_contact(contact);
        }
        let found: Vec<(i64, i64, Vec<HintKind>)> = identities
            .proposals()
            .into_iter()
            .map(|proposal| {
                let (from, into) = match proposal.pair {
                    Pair::Contacts { from, into } => (from.made_at(), into.made_at()),
                    Pair::Companies { from, into } => (from.made_at(), into.made_at()),
                };
                (from.millis(), into.millis(), proposal.hints.iter().map(|hint| hint.kind).collect())
            })
            .collect();
        let expected: Vec<_> =
            expected.iter().map(|(from, into, kinds)| (*from, *into, kinds.to_vec())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_two_contacts_share_proposes_to_join_them_and_a_name_does_not() {
        check(&[contact(1, &[], None), contact(2, &[], None)], &[], &[]);
        let one = contact(1, &[("phone", "+8613800000000")], None);
        let two = contact(2, &[("phone", "138 0000 0000"), ("email", "wang@gmail.com")], None);
        let three = contact(3, &[("email", "Wang@GMAIL.com")], None);
        let both = [one.clone(), two.clone(), three];
        check(&both, &[], &[(2, 1, &[HintKind::Phone]), (3, 2, &[HintKind::Email])]);
        let mut by_wechat = [contact(4, &[], None), contact(5, &[], None)];
        for contact in &mut by_wechat {
            contact.attributes.insert("unionid".into(), "oX1".into());
        }
        check(&by_wechat, &[], &[(5, 4, &[HintKind::Unionid])]);
        // Whoever was joined already is not proposed, nor is anybody for a number that many share.
        check(&[one.clone(), Contact { merged_into: Some(one.id), ..two }], &[], &[]);
        let switchboard: Vec<Contact> =
            (1..8).map(|at| contact(at, &[("phone", "057400000000")], None)).collect();
        check(&switchboard, &[], &[]);
        check(&[contact(1, &[("phone", "110")], None), contact(2, &[("phone", "110")], None)], &[], &[]);
    }

    #[test]
    fn companies_are_proposed_by_name_and_by_the_domain_that_their_people_write_from() {
        let companies = [firm(1, "宁波华翔汽配有限公司"), firm(2, "宁波华翔汽配"), firm(3, "苏州华翔")];
        check(&[], &companies, &[(2, 1, &[HintKind::CompanyName])]);
        check(
            &[],
            &[firm(1, "ACME Tools Co., Ltd."), firm(2, "Acme Tools Limited")],
            &[(2, 1, &[HintKind::CompanyName])],
        );
        check(&[], &[firm(1, "ABC Ltd"), firm(2, "ABC GmbH")], &[]);
        let writes = |at: i64, email: &str, company: i64| contact(at, &[("email", email)], Some(company));
        let firms = [firm(1, "甲乙丙丁"), firm(2, "戊己庚辛")];
        check(
            &[writes(5, "a@huaxiang.cn", 1), writes(6, "b@huaxiang.cn", 2)],
            &firms,
            &[(2, 1, &[HintKind::EmailDomain])],
        );
        // Anybody can type a company's name and an address of another.
        let claims = Contact { company_link: Some(CompanyLink::Claimed), ..writes(6, "b@huaxiang.cn", 2) };
        check(&[writes(5, "a@huaxiang.cn", 1), claims], &firms, &[]);
        for free in ["qq.com", "vip.163.com", "yahoo.co.jp", "outlook.de"] {
            let (one, two) = (format!("a@{free}"), format!("b@{free}"));
            check(&[writes(5, &one, 1), writes(6, &two, 2)], &firms, &[]);
        }
        let joined = [firms[0].clone(), Company { merged_into: Some(firms[0].id), ..firms[1].clone() }];
        check(&[writes(5, "a@huaxiang.cn", 1), writes(6, "b@huaxiang.cn", 2)], &joined, &[]);
        // Colleagues are not one person.
        check(&[writes(5, "a@huaxiang.cn", 1), writes(6, "b@huaxiang.cn", 1)], &firms, &[]);
    }
}
