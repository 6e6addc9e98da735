use domain::{
    Timestamp, id,
    suggestion::{ProductField, Proposal},
};

use super::*;
use crate::knowledge::{self, SourceFile};

fn files(texts: &[(&str, &str)]) -> Vec<SourceFile> {
    let file =
        |(path, text): &(&str, &str)| SourceFile { path: (*path).into(), text: text.as_bytes().to_vec() };
    texts.iter().map(file).collect()
}

fn knowledge_of(files: &[SourceFile]) -> Knowledge {
    let loaded = knowledge::load_on(files, None);
    loaded.knowledge.unwrap_or_else(|| panic!("{:?}", loaded.problems))
}

fn raw(number: u64) -> u128 {
    u128::from(number) + 1
}

fn asked(number: u64, buyer: u64, text: &str, need: Need) -> Unanswered {
    let at = Timestamp::from_millis(1_795_392_000_000 + number as i64);
    Unanswered {
        message: MessageId::from_ulid(id::compose(at, raw(number))),
        conversation: ConversationId::from_ulid(id::compose(at, raw(buyer))),
        contact: ContactId::from_ulid(id::compose(Timestamp::from_millis(1), raw(buyer))),
        at,
        text: text.into(),
        need,
        answer: None,
        meant: None,
    }
}

#[test]
fn messages_that_ask_the_same_come_together() {
    let check = |texts: &[&str], expected: &[&[usize]]| {
        let mut found = clusters(texts);
        for group in &mut found {
            group.sort_unstable();
        }
        found.sort_unstable();
        assert_eq!(found, expected, "{texts:?}");
    };
    check(&[], &[]);
    check(&["你们支持以旧换新吗"], &[&[0]]);
    check(
        &["你们支持以旧换新吗", "旧机器可以以旧换新吗", "食堂在几楼", "能不能以旧换新", "食堂几楼"],
        &[&[0, 1, 3], &[2, 4]],
    );
    check(
        &[
            "do you take old machines in part exchange",
            "is there a training course for operators",
            "can you take my old machine in part exchange",
            "do you offer a training course",
        ],
        &[&[0, 2], &[1, 3]],
    );
    check(&["食堂在几楼", "is there a training course"], &[&[0], &[1]]);
}

#[test]
fn groups_do_not_depend_on_the_order_of_messages() {
    let texts = ["支持以旧换新吗", "食堂在几楼", "能以旧换新吗", "培训怎么报名", "食堂几楼", "报名培训"];
    let sets = |order: &[usize]| -> BTreeSet<BTreeSet<&str>> {
        let shuffled: Vec<&str> = order.iter().map(|&place| texts[place]).collect();
        clusters(&shuffled)
            .into_iter()
            .map(|group| group.into_iter().map(|place| shuffled[place]).collect())
            .collect()
    };
    let expected = sets(&[0, 1, 2, 3, 4, 5]);
    for order in [[5, 4, 3, 2, 1, 0], [2, 0, 4, 1, 5, 3], [3, 5, 1, 4, 0, 2]] {
        assert_eq!(sets(&order), expected);
    }
}

#[test]
fn a_likeness_over_many_messages_ends_and_keeps_every_one() {
    let texts: Vec<String> =
        (0..120).map(|number| format!("第{}号车间的{}怎么修", number % 7, number % 11)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut places: Vec<usize> = clusters(&texts).into_iter().flatten().collect();
    places.sort_unstable();
    assert_eq!(places, (0..120).collect::<Vec<_>>());
}

#[test]
fn nothing_that_leads_to_a_person_is_left_in_a_text() {
    let check = |text, names: &[&str], expected| assert_eq!(masked(text, names, &[]), expected, "{text}");
    check("我是王小明，质保多久", &["王小明"], "我是***，质保多久");
    check("宁波某某汽配的王小明问质保", &["王小明", "宁波某某汽配"], "***的***问质保");
    check("打我电话13800138000", &[], "打我电话***");
    check("call +86 138-0013-8000 please", &[], "call *** please");
    check("(0574) 8888 6666", &[], "***");
    check("发到 wang.xm@example.com.cn 谢谢", &[], "发到 *** 谢谢");
    check("见https://example.com/a?b=1吧", &[], "见***吧");
    check("要20台P001，预算50000", &[], "要20台P001，预算50000");
    check("IP67, 24V, 0.03 mm", &[], "IP67, 24V, 0.03 mm");
    check("３００ ８８８８ ８８８８", &[], "***");
    check("王工要", &["王"], "王工要");
    check("", &["王小明"], "");
    check("this is anna müller, ANNA here", &["Anna Müller"], "this is ***, *** here");
    check("Mr. Müller asks", &["Anna Müller"], "Mr. *** asks");
    check("List price? Li here", &["Li"], "List price? *** here");
    check("我是Li，报价", &["Li"], "我是***，报价");
    check("Jo Li asks for a list of jobs", &["Jo Li"], "*** asks for a list of jobs");
    check("i̇stanbul", &["x"], "i̇stanbul");
    let firm = masked("is the robot of acme robot ok", &[], &["Acme Robot"]);
    assert_eq!(firm, "is the robot of *** ok", "the words of a firm's name are words like any other");
}

#[test]
fn a_proposal_needs_two_buyers_or_an_answer_that_a_person_wrote() {
    let shop =
        knowledge_of(&files(&[("a.yaml", "shop: {name: 店}\nproducts: [{id: P001, name: 六轴机器人}]\n")]));
    let check = |asked: Vec<Unanswered>, expected: &[&str]| {
        let found = propose(&shop, asked);
        let words: Vec<String> = found
            .iter()
            .map(|draft| format!("{} by {} in {}", draft.proposal.kind(), draft.buyers, draft.messages))
            .collect();
        assert_eq!(words, expected);
    };
    let question = |number, buyer, text| asked(number, buyer, text, Need::Question);
    check(vec![], &[]);
    check(vec![question(1, 1, "支持以旧换新吗")], &[]);
    check(vec![question(1, 1, "支持以旧换新吗"), question(2, 1, "能以旧换新吗")], &[]);
    check(vec![question(1, 1, "支持以旧换新吗"), question(2, 2, "能以旧换新吗")], &["faq by 2 in 2"]);
    let answered = Unanswered {
        answer: Some("支持，按成色折价。".into()),
        ..question(1, 1, "支持以旧换新吗")
    };
    check(vec![answered], &["faq by 1 in 1"]);
    let empty = |number, buyer| {
        asked(number, buyer, "P001交期", Need::Fact("P001".into(), ProductField::LeadTimeDays))
    };
    check(vec![empty(1, 1), empty(2, 2), empty(3, 3), question(4, 1, "支持以旧换新吗")], &["fact by 3 in 3"]);
    let meant =
        |number, buyer, text| Unanswered { meant: Some("leasing".into()), ..question(number, buyer, text) };
    check(vec![meant(1, 1, "能租一台吗"), meant(2, 2, "租一台多少")], &["example by 2 in 2"]);
}

#[test]
fn an_unknown_name_is_proposed_for_the_product_that_it_is_most_like() {
    let shop = knowledge_of(&files(&[(
        "a.yaml",
        "shop: {name: 店}\nproducts: [{id: P001, name: 六轴工业机器人}, {id: P002, name: 皮带输送机}]\n",
    )]));
    let check = |name: &str, expected: Option<&str>| {
        let asked = [1, 2].map(|number| asked(number, number, name, Need::Name(name.into()))).to_vec();
        let found = propose(&shop, asked);
        let Proposal::Alias { product, alias } = &found[0].proposal else { panic!("an alias") };
        assert_eq!((product.as_ref().map(ProductId::as_str), alias.as_str()), (expected, name));
    };
    check("工业机器人六轴款", Some("P001"));
    check("皮带机", Some("P002"));
    check("咖啡杯", None);
}

const SHOP: &str = "# 店的资料\nshop: {name: 店}\nproducts:\n- id: P001\n  name: 泵\n  aliases: [水泵]\n- {id: P002, name: 阀}\n- name: 表\n  id: P003\n  aliases:\n    - 仪表\nintents:\n- name: leasing\n  examples:\n  - 能租吗\n  - 租一台多少钱\n  - 可以租赁吗\n  - 租金怎么算\n  - 租一个月\n";

/// The lines that a proposal adds or changes in the shop's file.
fn check_edit(proposal: &Proposal, expected: &[&str]) -> Knowledge {
    let before = files(&[("shop/a.yaml", SHOP)]);
    let after = apply(&before, proposal).expect("it can be put in");
    let known: Vec<&str> = SHOP.lines().collect();
    let text: String = after.iter().map(|file| String::from_utf8_lossy(&file.text).into_owned()).collect();
    let new: Vec<&str> = text.lines().filter(|line| !known.contains(line)).collect();
    assert_eq!(new, expected);
    knowledge_of(&after)
}

#[test]
fn what_is_accepted_is_a_line_more_in_the_shops_own_file() {
    let alias =
        |product: &str, alias: &str| Proposal::Alias { product: Some(product.into()), alias: alias.into() };
    let of = |shop: &Knowledge, id: &str| shop.product(&id.into()).expect("is there").clone();
    let shop = check_edit(&alias("P001", "离心\"泵\""), &["  aliases: [\"离心\\\"泵\\\"\", 水泵]"]);
    assert_eq!(of(&shop, "P001").aliases, ["离心\"泵\"", "水泵"]);
    let shop = check_edit(&alias("P002", "阀门"), &["- {aliases: [\"阀门\"], id: P002, name: 阀}"]);
    assert_eq!(of(&shop, "P002").aliases, ["阀门"]);
    let shop = check_edit(&alias("P003", "压力表"), &["    - \"压力表\""]);
    assert_eq!(of(&shop, "P003").aliases, ["压力表", "仪表"]);
    let fact = |product: &str, field, value: &str| Proposal::Fact {
        product: product.into(),
        field,
        value: value.into(),
    };
    let shop = check_edit(&fact("P001", ProductField::LeadTimeDays, "15"), &["  lead_time_days: 15"]);
    assert_eq!(of(&shop, "P001").lead_time[0].days, 15);
    let shop = check_edit(
        &fact("P003", ProductField::Certificates, "CE、RoHS"),
        &["  certificates: [\"CE\", \"RoHS\"]"],
    );
    assert_eq!(of(&shop, "P003").certificates, ["CE", "RoHS"]);
    let shop = check_edit(
        &fact("P002", ProductField::Specs, "payload: 20 kg"),
        &["- {specs: {\"payload\": \"20 kg\"}, id: P002, name: 阀}"],
    );
    assert_eq!(of(&shop, "P002").specs[0].value, "20 kg");
    let example = Proposal::Example { intent: "leasing".into(), examples: vec!["租机器".into()] };
    let shop = check_edit(&example, &["  - \"租机器\""]);
    assert_eq!(shop.intents[0].examples[0], "租机器");
}

#[test]
fn learned_answers_stand_in_a_file_of_their_own() {
    let faq = |question: &str| Proposal::Faq { questions: vec![question.into()], answer: "支持。".into() };
    let first =
        apply(&files(&[("shop/a.yaml", SHOP), ("shop/z.yaml", "industries: []\n")]), &faq("以旧换新"))
            .expect("fits");
    let paths: Vec<&str> = first.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["shop/a.yaml", "shop/learned.yaml", "shop/z.yaml"]);
    let second = apply(&first, &faq("有培训吗")).expect("fits");
    let shop = knowledge_of(&second);
    let questions: Vec<&str> = shop.faqs.iter().map(|faq| faq.questions[0].as_str()).collect();
    assert_eq!(questions, ["有培训吗", "以旧换新"]);
}

#[test]
fn what_cannot_be_put_in_says_why() {
    let check = |proposal: Proposal, expected: &str| {
        let error = apply(&files(&[("a.yaml", SHOP)]), &proposal).expect_err("is refused");
        assert_eq!(error.to_string(), expected);
    };
    let fact = |product: &str, field, value: &str| Proposal::Fact {
        product: product.into(),
        field,
        value: value.into(),
    };
    check(fact("P001", ProductField::Moq, " "), "`value` is empty; fill it in");
    check(
        fact("P001", ProductField::Moq, "ten"),
        "`ten` is not a value of `moq`; write a plain number such as 15",
    );
    check(fact("P009", ProductField::Moq, "5"), "no product `P009` stands in the knowledge");
    check(Proposal::Alias { product: None, alias: "泵".into() }, "`product` is empty; fill it in");
    check(Proposal::Faq { questions: vec![], answer: "是".into() }, "`questions` is empty; fill it in");
    check(
        Proposal::Faq { questions: vec!["是吗".into()], answer: String::new() },
        "`answer` is empty; fill it in",
    );
    let text = "products:\n- id: P001\n  name: 泵\n  moq: 5\n";
    let taken = apply(&files(&[("a.yaml", text)]), &fact("P001", ProductField::Moq, "5"));
    assert_eq!(
        taken.expect_err("is refused").to_string(),
        "a.yaml:4: `moq` stands there already; change it in the file"
    );
}
