// @ts-check
// The console's words in both languages.

const TEXTS = {
  zh: {
    product: "掌柜",
    other_language: "English",
    conversations: "会话",
    leads: "线索",
    sign_in: "登录",
    sign_out: "退出",
    sign_in_hint: "粘贴 API 令牌登录;首次使用请打开服务启动时打印的设置链接。",
    token: "令牌",
    set_up: "首次设置",
    set_up_hint: "您将成为第一位管理员。链接只能使用一次。",
    your_name: "您的姓名",
    start: "开始使用",
    all: "全部",
    open_only: "只看进行中",
    owner_assistant: "AI 助手",
    owner_waiting: "等待人工",
    owner_person: "人工",
    status_resolved: "已解决",
    status_lapsed: "已结束",
    buyer: "客户",
    assistant: "AI 助手",
    agent: "客服",
    nameless: "未留姓名",
    none_yet: "还没有会话。打开演示页发一条消息试试。",
    no_leads: "还没有线索。",
    choose: "选择一个会话",
    more: "更多",
    back: "返回列表",
    take_over: "接管",
    give_back: "交还 AI",
    resolve: "解决",
    answer: "回复客户",
    answer_hint: "发送即接管,AI 随即静默。",
    send: "发送",
    use_draft: "用作回复",
    draft: "草稿 · 未发送",
    trace: "为什么这样答",
    intents: "意图",
    undecided: "难以区分",
    entities: "要素",
    strategy: "策略",
    rule: "规则",
    why: "依据",
    passed_over: "未采用的规则",
    facts: "事实",
    recommendation: "推荐",
    lead: "线索",
    handoff: "转人工",
    withheld: "被拦下的内容",
    timings: "耗时",
    revision: "知识版本",
    stage: "阶段",
    language: "语言",
    profile: "客户画像",
    no_facts: "还不了解这位客户。",
    messages: "消息数",
    evidence: "查看出处",
    score: "得分",
    signals: "信号",
    status: "状态",
    assigned_to: "负责人",
    summary: "摘要",
    company: "公司",
    contact: "联系人",
    updated: "更新",
    reason: "成交或丢单的原因",
    reason_needed: "请填写原因",
    save: "保存",
    cancel: "取消",
    lead_new: "新线索",
    lead_contacted: "已联系",
    lead_qualified: "已确认",
    lead_quoted: "已报价",
    lead_won: "成交",
    lead_lost: "丢单",
    live: "实时",
    offline: "连接已断开,正在重连…",
    failed: "操作没有成功",
    network: "连不上服务器,请检查网络后重试。",
    demo: "演示页",
  },
  en: {
    product: "Zhanggui",
    other_language: "中文",
    conversations: "Conversations",
    leads: "Leads",
    sign_in: "Sign in",
    sign_out: "Sign out",
    sign_in_hint: "Paste an API token; for the first time open the set-up link that the server printed at its start.",
    token: "Token",
    set_up: "Set up",
    set_up_hint: "You become the first admin. The link works once.",
    your_name: "Your name",
    start: "Start",
    all: "All",
    open_only: "Open ones only",
    owner_assistant: "Assistant",
    owner_waiting: "Waiting for a person",
    owner_person: "Person",
    status_resolved: "Resolved",
    status_lapsed: "Ended",
    buyer: "Buyer",
    assistant: "Assistant",
    agent: "Agent",
    nameless: "No name given",
    none_yet: "No conversations yet. Open the demo page and write a message.",
    no_leads: "No leads yet.",
    choose: "Choose a conversation",
    more: "More",
    back: "Back to the list",
    take_over: "Take over",
    give_back: "Return to assistant",
    resolve: "Resolve",
    answer: "Answer the buyer",
    answer_hint: "Sending takes over; the assistant is silent from then on.",
    send: "Send",
    use_draft: "Use as answer",
    draft: "Draft · not sent",
    trace: "Why this answer",
    intents: "Intents",
    undecided: "Cannot be told apart",
    entities: "Entities",
    strategy: "Strategy",
    rule: "rule",
    why: "Why",
    passed_over: "Rules passed over",
    facts: "Facts",
    recommendation: "Recommendation",
    lead: "Lead",
    handoff: "Hand-off",
    withheld: "Withheld",
    timings: "Timings",
    revision: "Knowledge revision",
    stage: "Stage",
    language: "Language",
    profile: "Profile",
    no_facts: "Nothing is known of this buyer yet.",
    messages: "Messages",
    evidence: "Show the message",
    score: "Score",
    signals: "Signals",
    status: "Status",
    assigned_to: "Assigned to",
    summary: "Summary",
    company: "Company",
    contact: "Contact",
    updated: "Updated",
    reason: "Why it was won or lost",
    reason_needed: "Give the reason",
    save: "Save",
    cancel: "Cancel",
    lead_new: "New",
    lead_contacted: "Contacted",
    lead_qualified: "Qualified",
    lead_quoted: "Quoted",
    lead_won: "Won",
    lead_lost: "Lost",
    live: "Live",
    offline: "The connection was lost; reconnecting…",
    failed: "That did not work",
    network: "The server cannot be reached; check the connection and try again.",
    demo: "Demo page",
  },
};

const KEPT = "zhanggui.language";

/** @returns {"zh" | "en"} */
function preferred() {
  try {
    const kept = localStorage.getItem(KEPT);
    if (kept === "zh" || kept === "en") return kept;
  } catch {
    // Storage is blocked: the browser's language it is.
  }
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** @type {"zh" | "en"} */
let language = preferred();
document.documentElement.lang = language;

/** @param {keyof typeof TEXTS.zh} key */
export const t = (key) => TEXTS[language][key];

/** The word for a name of the API, or the name itself. @param {string} prefix @param {string} name */
export function named(prefix, name) {
  const key = /** @type {keyof typeof TEXTS.zh} */ (`${prefix}_${name}`);
  return TEXTS[language][key] ?? name;
}

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  document.documentElement.lang = language;
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // Then it lasts until the page is loaded again.
  }
}

/** @param {string} at an instant of the API */
export function when(at) {
  const time = new Date(at);
  const sameDay = time.toDateString() === new Date().toDateString();
  /** @type {Intl.DateTimeFormatOptions} */
  const form = sameDay
    ? { hour: "2-digit", minute: "2-digit" }
    : { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" };
  return time.toLocaleString(language, form);
}
