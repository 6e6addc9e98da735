//! The pages as people use them, in a real browser: a buyer in the widget, a person at the console, one conversation between them.
//!
//! Needs `chromium` and `chromedriver`; without them, or with `ZHANGGUI_TEST_BROWSER=off`, nothing is tested here.

#[path = "browser/driver.rs"]
mod driver;

use std::path::Path;

use bench::server::{Launch, TOKEN};
use driver::{Browser, Driver, ENTER, Programs};

const BUBBLES: &str = "chat .bubble";
const ASSISTANT: &str = "chat .assistant .bubble";
const BADGE: &str = "chat .badge";

async fn say(buyer: &mut Browser, text: &str) {
    buyer.type_into("chat textarea", &format!("{text}{ENTER}")).await;
    buyer.sees_last("chat .buyer .bubble", text).await;
}

#[tokio::test]
async fn a_buyer_is_answered_by_the_assistant_and_then_by_a_person() {
    let programs = match Programs::find() {
        Ok(programs) => programs,
        Err(reason) => {
            println!("not run: {reason}");
            return;
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_zhanggui"));
    let launch = Launch::sqlite(binary, folder.path(), &folder.path().join("zhanggui.db"));
    let server = launch.start().await.unwrap();
    let base = format!("http://{}", server.address);
    let driver = Driver::start(programs).await;
    let (buyers, agents) = (folder.path().join("buyer"), folder.path().join("agent"));
    let (mut buyer, mut agent) = tokio::join!(driver.browser(&buyers), driver.browser(&agents));

    // The assistant answers in the widget.
    buyer.open(&format!("{base}/demo")).await;
    buyer.click("chat .launcher", "").await;
    buyer.sees("chat h2", &["宁波启明自动化"]).await;
    say(&mut buyer, "P001多少钱").await;
    buyer.sees_last(ASSISTANT, "50,000").await;
    say(&mut buyer, "20台呢,交期多久").await;
    buyer.sees_last(ASSISTANT, "30天").await;

    // What looks like markup is text.
    let markup = "<img src=x onerror=\"document.title='taken'\"><b>粗</b>";
    say(&mut buyer, markup).await;
    buyer.until(&format!("texts({ASSISTANT:?}).length === 3")).await;
    buyer.until("all('chat img').length + all('chat b').length === 0 && document.title !== 'taken'").await;

    // The console lists the conversation and shows it with its reasons; it is still there after a reload.
    agent.open(&base).await;
    agent.type_into("#token", &format!("{TOKEN}{ENTER}")).await;
    agent.click(".row", "").await;
    for _ in 0..2 {
        agent.sees(".message.buyer .bubble", &["P001多少钱", "20台呢,交期多久", markup]).await;
        agent.until("texts('.trace summary').length === 3").await;
        agent.reload().await;
    }
    agent.until("all('.log img').length + all('.log b').length === 0 && document.title !== 'taken'").await;

    // A person takes over: the assistant is silent, and the person's answer reaches the buyer.
    agent.click(".buttons button", "接管").await;
    buyer.sees(BADGE, &["人工客服"]).await;
    let answered = buyer.count(ASSISTANT).await;
    say(&mut buyer, "那最低多少钱").await;
    agent.sees_last(".message.buyer .bubble", "那最低多少钱").await;
    agent.sees_last(".trace summary", "AI 未作答").await;
    agent.type_into("#answer", "您好，20台可以做到四万六千五。").await;
    agent.click(".answer button", "发送").await;
    buyer.sees("chat .agent .bubble", &["您好，20台可以做到四万六千五。"]).await;
    assert_eq!(buyer.count(ASSISTANT).await, answered, "the assistant is silent while a person has it");

    // Given back, it answers again.
    agent.click(".buttons button", "交还 AI").await;
    buyer.sees(BADGE, &["AI 助手"]).await;
    say(&mut buyer, "P001保修多久").await;
    buyer.sees_last(ASSISTANT, "24个月").await;
    agent.sees_last(".message.assistant .bubble", "24个月").await;

    // The buyer comes back to the same conversation.
    let said = buyer.count(BUBBLES).await;
    buyer.open(&format!("{base}/demo")).await;
    buyer.click("chat .launcher", "").await;
    buyer.until(&format!("texts({BUBBLES:?}).length === {said}")).await;

    // The lead is on the board, in words.
    agent.click(".tab", "线索").await;
    agent.until("texts('.signals li').some((text) => text.startsWith('问过价格'))").await;
    for mut browser in [buyer, agent] {
        assert_eq!(browser.complaints().await, Vec::<String>::new());
        browser.close().await;
    }
}

#[tokio::test]
async fn people_mend_what_is_known_of_a_buyer_and_join_who_is_one() {
    let programs = match Programs::find() {
        Ok(programs) => programs,
        Err(reason) => {
            println!("not run: {reason}");
            return;
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_zhanggui"));
    let launch = Launch::sqlite(binary, folder.path(), &folder.path().join("zhanggui.db"));
    let server = launch.start().await.unwrap();
    let base = format!("http://{}", server.address);
    let driver = Driver::start(programs).await;
    // One person writes from two browsers.
    for (name, text) in
        [("office", "电话13812345678,P002多少钱"), ("home", "预算30万,电话13812345678,P001多少钱")]
    {
        let mut buyer = driver.browser(&folder.path().join(name)).await;
        buyer.open(&format!("{base}/demo")).await;
        buyer.click("chat .launcher", "").await;
        say(&mut buyer, text).await;
        buyer.until(&format!("texts({ASSISTANT:?}).length === 1")).await;
        buyer.close().await;
    }
    let mut agent = driver.browser(&folder.path().join("agent")).await;
    agent.open(&base).await;
    agent.type_into("#token", &format!("{TOKEN}{ENTER}")).await;
    // The last one who wrote stands first.
    agent.until("texts('.row').length === 2 && texts('.row')[0].includes('P001')").await;
    agent.click(".row", "").await;

    // A fact is mended and carries who did it; another one is taken away, and one is added.
    agent.until("texts('#fact-budget').some((text) => text.includes('300,000'))").await;
    agent.click("#fact-budget button", "修改").await;
    agent.until("all('#fact-budget input[type=number]')[0].value === '300000'").await;
    agent.type_into("#fact-budget input[type=number]", &format!("0{ENTER}")).await;
    agent.until("texts('#fact-budget').some((text) => text.includes('3,000,000') && text.includes('人工修改 bootstrap'))").await;
    agent.click("#fact-phone button", "删除").await;
    agent.until("texts('#fact-phone').some((text) => text.includes('人工删除 bootstrap'))").await;
    agent.until("(() => { const add = all('.add select')[0]; add.value = 'region'; add.dispatchEvent(new Event('change')); return true; })()").await;
    agent.type_into(".fact input", &format!("浙江{ENTER}")).await;
    agent
        .until("texts('#fact-region').some((text) => text.includes('浙江') && text.includes('人工修改'))")
        .await;
    agent.reload().await;
    agent.until("texts('#fact-region').some((text) => text.includes('浙江'))").await;

    // Who has the same number may be one: joined, parted, and said not to be one.
    agent.until("(() => { const add = all('.add select')[0]; add.value = 'phone'; add.dispatchEvent(new Event('change')); return true; })()").await;
    agent.type_into(".fact input", &format!("13812345678{ENTER}")).await;
    agent.until("texts('#fact-phone').some((text) => text.includes('人工修改'))").await;
    agent.click(".tab", "重复客户").await;
    agent.sees(".merges .signals li", &["电话相同： 13812345678"]).await;
    agent.click(".merges button", "合并").await;
    agent.until("texts('.merges .lead').length === 0 && texts('.merges > .note').some((text) => text.startsWith('已合并'))").await;
    agent.click(".merges .note button", "拆开").await;
    agent.until("texts('.merges .lead').length === 1").await;
    agent.click(".merges button", "不是同一个").await;
    agent.until("texts('.merges .lead').length === 0").await;
    agent.reload().await;
    agent
        .until("texts('.merges .empty').some((text) => text !== '') && texts('.merges .lead').length === 0")
        .await;

    // What offers bring is empty until there is something to compare.
    agent.click(".tab", "数据").await;
    agent
        .until("texts('#recommendation-uplift').some((text) => text.includes('还没有两组可比的数据'))")
        .await;
    assert_eq!(agent.complaints().await, Vec::<String>::new());
    agent.close().await;
}
