//! Revisions by people and by folders: nobody undoes what he does not know of.

use desk::knowledge::{
    KnowledgeError, SourceFile,
    publishing::{CONSOLE, Offered},
};

fn files(price: u32) -> Vec<SourceFile> {
    let text = format!("products: [{{id: P001, name: robot, price: {price}}}]\n");
    vec![SourceFile { path: "shop.yaml".into(), text: text.into_bytes() }]
}

fn offered(price: u32, origin: &str, based_on: Option<i64>) -> Offered {
    Offered { files: files(price), origin: origin.into(), based_on, insists: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_console_published_is_undone_only_by_who_knows_of_it_or_insists() {
    let test = testkit::open(files(50_000)).await.expect("the desk opens");
    // What is offered, and the revision in force after it, or the one that stands in the way.
    let check = async |offered: Offered, expected: Result<i64, i64>| {
        let outcome = match test.desk.apply_knowledge(&offered).await {
            Ok(_) => Ok(test.desk.published().knowledge.revision),
            Err(KnowledgeError::Overtaken { revision, differences }) => {
                assert_eq!(differences[0].path, "products.P001.price", "{differences:?}");
                Err(revision)
            }
            Err(other) => panic!("{other}"),
        };
        assert_eq!(outcome, expected, "{offered:?}");
    };
    check(offered(49_000, CONSOLE, Some(1)), Ok(2)).await;
    check(offered(48_000, "/shop", None), Err(2)).await;
    check(offered(48_000, "/shop", Some(1)), Err(2)).await;
    // It says the same as what is in force.
    check(offered(49_000, "/shop", None), Ok(2)).await;
    check(offered(48_000, "/shop", Some(2)), Ok(3)).await;
    check(offered(47_000, "/shop", None), Ok(4)).await;
    check(offered(46_000, CONSOLE, Some(4)), Ok(5)).await;
    check(Offered { insists: true, ..offered(45_000, "/shop", None) }, Ok(6)).await;
    test.desk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_what_would_be_undone_and_how_to_go_on() {
    let test = testkit::open(files(50_000)).await.expect("the desk opens");
    test.desk.apply_knowledge(&offered(49_000, CONSOLE, Some(1))).await.expect("published");
    let refused = test.desk.apply_knowledge(&offered(48_000, "/shop", None)).await.expect_err("refused");
    let told = refused.to_string();
    for words in ["revision 2", "products.P001.price: 49000 → 48000", "export that revision"] {
        assert!(told.contains(words), "{told}");
    }
    assert_eq!(test.desk.published().knowledge.revision, 2);
    test.desk.stop().await;
}
