//! What buyers write: real messages for the demo shop, and the requests that carry them.

use bytes::Bytes;

/// Prices, lead times, specifications and small talk in Chinese and English. Nobody asks for a person or complains, so that the
/// assistant has to work out each answer to the end.
pub const TEXTS: [&str; 40] = [
    "你好,在吗",
    "P001 20台多少钱?交期多久",
    "六轴机器人一台什么价",
    "P005 要10台,能便宜点吗",
    "你们有做码垛的机器人吗,节拍要快",
    "P004和P005差在哪",
    "P001最大负载多少公斤,臂展呢",
    "协作机器人有现货吗,要3台",
    "起订量是多少",
    "P030 接近开关要500只,单价多少,含税吗",
    "交期要多久,月底前能发货吗",
    "运费怎么算,送到苏州",
    "可以开13个点的专票吗",
    "能做月结60天吗",
    "质保几年,坏了怎么修",
    "有CE认证吗",
    "可以先寄个样品吗",
    "我们是做汽车零部件的,年用量大概200台",
    "麻烦出一份20台P001的报价单",
    "最近有什么新品",
    "帮我推荐几款适合电子厂的夹爪",
    "750W伺服一套多少钱,50套呢",
    "一箱装几台,毛重多少",
    "你们是工厂还是贸易公司",
    "今天天气怎么样",
    "好的谢谢,再联系",
    "Hi, are you there?",
    "How much is P001 for 20 units and what is the lead time?",
    "Price for 12 pcs of the QM-C5 cobot, please",
    "What is the payload and reach of the QM-R50?",
    "Do you have the safety light curtain in stock? We need 30 pcs",
    "What's the MOQ for P030 proximity sensors?",
    "Can you ship to Hamburg, CIF? What is the freight?",
    "Please send a quotation for 5 sets of P025 servo",
    "Is there any discount if we order 100 units of P004?",
    "Payment terms T/T 30/70, is that ok?",
    "How long is the warranty on the palletizing robot?",
    "Which gripper would you recommend for food packaging?",
    "We are an electronics factory in Vietnam and need about 40 robots per year",
    "ok thanks, I will come back to you",
];

/// The texts as they stand in JSON, made once.
#[derive(Debug, Clone)]
pub struct Phrases(Vec<String>);

impl Phrases {
    pub fn new() -> Self {
        Self(TEXTS.iter().map(|text| quoted(text)).collect())
    }

    /// The request for the message with this number, of the buyer with that one. Which text it carries follows from the number.
    pub fn request(&self, run: &str, buyer: u64, number: u64, wait: bool) -> Bytes {
        // Not in order: a buyer's messages should not all be the same.
        let choice = (number ^ (number / 40)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        let text = &self.0[choice as usize % self.0.len()];
        Bytes::from(format!(
            r#"{{"inbox":"api","contact":{{"external_id":"{run}-{buyer}"}},"message":{{"external_id":"{run}-m{number}","text":{text}}},"wait":{wait}}}"#
        ))
    }
}

impl Default for Phrases {
    fn default() -> Self {
        Self::new()
    }
}

/// A request with any text.
pub fn request(contact: &str, external_id: &str, text: &str, wait: bool) -> Bytes {
    let (contact, external_id, text) = (quoted(contact), quoted(external_id), quoted(text));
    Bytes::from(format!(
        r#"{{"contact":{{"external_id":{contact}}},"message":{{"external_id":{external_id},"text":{text}}},"wait":{wait}}}"#
    ))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_json_with_the_ids_that_were_asked_for() {
        let phrases = Phrases::new();
        for number in 0..200 {
            let body: serde_json::Value =
                serde_json::from_slice(&phrases.request("run", number % 7, number, true)).unwrap();
            assert_eq!(body["message"]["external_id"], format!("run-m{number}"));
            assert!(TEXTS.contains(&body["message"]["text"].as_str().unwrap()));
        }
        let body: serde_json::Value = serde_json::from_slice(&request("c", "m", "\"引号\"", false)).unwrap();
        assert_eq!(body["message"]["text"], "\"引号\"");
    }
}
