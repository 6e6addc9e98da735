//! A browser by the WebDriver protocol, as far as the test needs it: open a page, click, type, and wait for what is to be seen.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use bench::http::Client;
use hyper::{Method, body::Bytes};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// The longest wait for anything that is to be seen.
const LIMIT: Duration = Duration::from_secs(15);
const START_LIMIT: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(25);

pub const ENTER: &str = "\u{e007}";

/// How WebDriver marks an element in JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What scripts find elements with: the widget lives in its own shadow, which `chat` names.
const FIND: &str = "const all = (selector) => selector.startsWith('chat ') \
     ? [...(document.querySelector('zhanggui-chat')?.shadowRoot.querySelectorAll(selector.slice(5)) ?? [])] \
     : [...document.querySelectorAll(selector)];\n\
     const seen = (element) => element.checkVisibility({visibilityProperty: true});\n\
     const texts = (selector) => all(selector).filter(seen).map((element) => element.textContent);\n";

/// Where the two programs are.
pub struct Programs {
    driver: PathBuf,
    browser: PathBuf,
}

impl Programs {
    /// The reason where there are none.
    #[expect(clippy::disallowed_methods, reason = "tests are told by the environment what they may use")]
    pub fn find() -> Result<Self, &'static str> {
        if std::env::var("ZHANGGUI_TEST_BROWSER").is_ok_and(|value| value == "off") {
            return Err("ZHANGGUI_TEST_BROWSER is off");
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let first = |names: &[&str]| {
            let mut candidates = names.iter().flat_map(|name| {
                std::env::split_paths(&path).map(move |folder| folder.join(name)).collect::<Vec<_>>()
            });
            candidates.find(|candidate| candidate.is_file())
        };
        let driver = first(&["chromedriver"]).ok_or("there is no `chromedriver`")?;
        let browser =
            first(&["chromium", "chromium-browser", "google-chrome"]).ok_or("there is no `chromium`")?;
        Ok(Self { driver, browser })
    }
}

/// The program that drives browsers. Dropping it ends it and them.
pub struct Driver {
    process: Child,
    address: SocketAddr,
    browser: PathBuf,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The browsers are in its process group and would outlive it.
        if let Some(id) = self.process.id() {
            let _ended = std::process::Command::new("kill").args(["-KILL", "--", &format!("-{id}")]).status();
        }
    }
}

impl Driver {
    pub async fn start(programs: Programs) -> Self {
        let mut process = Command::new(&programs.driver)
            .arg("--port=0")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver starts");
        let stdout = process.stdout.take().expect("its output is piped");
        let port = tokio::time::timeout(START_LIMIT, read_port(BufReader::new(stdout)));
        let port = port.await.expect("chromedriver tells its port in time");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        Self { process, address, browser: programs.browser }
    }

    /// A browser in Chinese that keeps what it knows in a folder of its own.
    pub async fn browser(&self, folder: &Path) -> Browser {
        let mut arguments: Vec<String> = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,800",
            "--lang=zh-CN",
        ]
        .map(str::to_owned)
        .into();
        arguments.push(format!("--user-data-dir={}", folder.display()));
        let options = json!({
            "binary": self.browser,
            "args": arguments,
            "prefs": {"intl.accept_languages": "zh-CN"},
        });
        let capabilities = json!({"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}});
        let mut browser = Browser { client: Client::new(self.address), session: String::new() };
        let body = json!({"capabilities": {"alwaysMatch": capabilities}});
        let opened = browser.call("/session", body).await;
        let id = opened["sessionId"].as_str().expect("a session");
        browser.session = format!("/session/{id}");
        browser
    }
}

async fn read_port(output: BufReader<tokio::process::ChildStdout>) -> u16 {
    let mut lines = output.lines();
    while let Some(line) = lines.next_line().await.expect("chromedriver speaks") {
        // Before it has one it says that it starts on port 0.
        let port = line.rsplit_once("on port ").and_then(|(_, port)| port.trim_end_matches('.').parse().ok());
        if let Some(port) = port.filter(|&port| port != 0) {
            // What else it prints must go somewhere, or its writes would fail.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return port;
        }
    }
    panic!("chromedriver ended before it listened");
}

/// One browser with one window.
pub struct Browser {
    client: Client,
    session: String,
}

impl Browser {
    /// A command's value; fails with what the driver says.
    async fn call(&mut self, path: &str, body: Value) -> Value {
        let path = format!("{}{path}", self.session);
        let answer = self.client.send(Method::POST, &path, body.to_string().into()).await;
        let answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut value = answer.json();
        assert_eq!(answer.status, 200, "{path}: {}", value["value"]["message"]);
        value["value"].take()
    }

    pub async fn open(&mut self, url: &str) {
        self.call("/url", json!({"url": url})).await;
    }

    pub async fn reload(&mut self) {
        self.call("/refresh", json!({})).await;
    }

    /// What a script's `return` gives.
    async fn run(&mut self, script: &str) -> Value {
        self.call("/execute/sync", json!({"script": format!("{FIND}{script}"), "args": []})).await
    }

    /// Waits until a JavaScript expression is true.
    pub async fn until(&mut self, expression: &str) {
        self.wait_for(&format!("return {expression}"), &Value::Bool(true)).await;
    }

    /// Waits until the texts of the visible elements are these.
    pub async fn sees(&mut self, selector: &str, expected: &[&str]) {
        self.wait_for(&format!("return texts({selector:?})"), &json!(expected)).await;
    }

    /// Waits until the last visible element of these has the text.
    pub async fn sees_last(&mut self, selector: &str, part: &str) {
        self.until(&format!("(texts({selector:?}).at(-1) ?? '').includes({part:?})")).await;
    }

    async fn wait_for(&mut self, script: &str, expected: &Value) {
        let begun = Instant::now();
        loop {
            let found = self.run(script).await;
            if found == *expected {
                return;
            }
            if begun.elapsed() > LIMIT {
                let page = self.run("return texts('main, chat .panel').join('\\n')").await;
                panic!("never so: {script}\nfound {found}\non {page}");
            }
            tokio::time::sleep(POLL).await;
        }
    }

    pub async fn count(&mut self, selector: &str) -> u64 {
        self.run(&format!("return texts({selector:?}).length")).await.as_u64().expect("a number")
    }

    /// The one visible element of the selector that has this text; any text if it is empty.
    async fn element(&mut self, selector: &str, text: &str) -> String {
        let found = format!(
            "all({selector:?}).find((element) => seen(element) && ({text:?} === '' || element.textContent === {text:?}))"
        );
        self.until(&format!("{found} !== undefined")).await;
        let element = self.run(&format!("return {found}")).await;
        element[ELEMENT].as_str().expect("an element").to_owned()
    }

    /// Clicks as a person does: where the element is not to be reached, the driver refuses.
    pub async fn click(&mut self, selector: &str, text: &str) {
        self.act(selector, text, "click", &json!({})).await;
    }

    pub async fn type_into(&mut self, selector: &str, keys: &str) {
        self.act(selector, "", "value", &json!({"text": keys})).await;
    }

    /// Does something to an element. The page is alive: one that was drawn anew between finding and doing is looked for again.
    async fn act(&mut self, selector: &str, text: &str, action: &str, body: &Value) {
        let begun = Instant::now();
        loop {
            let element = self.element(selector, text).await;
            let path = format!("{}/element/{element}/{action}", self.session);
            let answer = self.client.send(Method::POST, &path, body.to_string().into()).await;
            let answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
            if answer.status == 200 {
                return;
            }
            let problem = answer.json();
            let stale = problem["value"]["error"] == "stale element reference";
            assert!(stale && begun.elapsed() < LIMIT, "{path}: {}", problem["value"]["message"]);
            tokio::time::sleep(POLL).await;
        }
    }

    /// Ends in order, which leaves nothing behind.
    pub async fn close(mut self) {
        let ended = self.client.send(Method::DELETE, &self.session, Bytes::new()).await;
        assert_eq!(ended.map(|answer| answer.status).unwrap_or_default(), 200, "the browser ends");
    }

    /// What the page complained of, but for answers of the server that were no success.
    pub async fn complaints(&mut self) -> Vec<String> {
        let entries = self.call("/se/log", json!({"type": "browser"})).await;
        let entries = entries.as_array().expect("a list").iter();
        let own = entries.filter(|entry| entry["source"] != "network");
        own.map(|entry| format!("{}: {}", entry["source"], entry["message"])).collect()
    }
}
