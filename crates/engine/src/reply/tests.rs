use super::talk::{Talk, types};

#[test]
fn show() {
    let zh = [
        ("greeting", "你好"),
        ("product_inquiry", "你们有做码垛的机器人吗"),
        ("product_inquiry", "介绍下[P001](product:P001)"),
        ("price_inquiry lead_time_inquiry", "[P001](product:P001)[20台](quantity:20台)多少钱?交期多久"),
        ("price_inquiry", "[P001](product:P001)[45台](quantity:45台)什么价"),
        ("price_inquiry", "[P030](product:P030)什么价"),
        ("price_inquiry", "[P030](product:P030)要[3只](quantity:3只)"),
        ("price_inquiry", "[P030](product:P030)要[52只](quantity:52只)"),
        ("price_negotiation", "[P001](product:P001)能不能便宜点"),
        ("price_negotiation", "[P001](product:P001)[20台](quantity:20台)[让2个点](percent:{\"percent_off\":2})"),
        ("price_negotiation", "[打九折](percent:{\"percent_off\":10})行不行"),
    ];
    for language in ["zh", "en"] {
        for (intents, text) in zh {
            let mut talk = Talk::in_demo().met();
            if language == "en" { talk = talk.english(); }
            let reply = talk.say(intents, text);
            println!("--- {intents}: {text}\n{}\n   [{}] withheld {:?}", reply.text, types(&reply.facts).join(" "), reply.withheld);
        }
    }
    let mut talk = Talk::in_demo();
    for (intents, text) in [
        ("stock_inquiry", "[P001](product:P001)有现货吗"), ("lead_time_inquiry", "什么时候能发货,要[20台](quantity:20台)"),
        ("spec_inquiry", "负载多少"), ("sample_request", "能寄样吗"), ("packing_inquiry", "怎么包装"), ("warranty_inquiry","质保多久"),
        ("certification_inquiry", "有CE吗"), ("payment_terms", "付款方式是什么"), ("invoice_inquiry", "能开专票吗"), ("shipping_inquiry", "包邮吗"),
        ("moq_inquiry", "起订量"), ("company_inquiry", "你们是工厂还是贸易公司"), ("contact_exchange", "加个微信吧"),
        ("product_comparison", "[P001](product:P001)和[P004](product:P004)差在哪"), ("customization_request", "可以贴牌吗"), ("partnership_inquiry","想代理你们的产品"),
        ("technical_support","开机报E21错误"), ("quote_request","出个报价单"), ("purchase","下单吧"), ("document_request","发份目录"),
        ("out_of_scope","今天天气怎么样"), ("product_inquiry","有没有[火箭](product:?)"), ("recommendation_request","帮我推荐几款"), ("new_products","有什么新品"),
        ("order_status","我的订单发货了吗"), ("unsubscribe","别再推销"), ("complaint","你们太差了"), ("price_inquiry","[P001](product:P001)多少钱"), ("human_request","转人工"), ("farewell", "再见"),
    ] {
        let reply = talk.say(intents, text);
        println!("--- {intents}: {text} => {:?}\n{}\n   [{}] withheld {:?}", reply.kind, reply.text, types(&reply.facts).join(" "), reply.withheld);
    }
}
