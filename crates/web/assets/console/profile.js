// @ts-check
// What is known of a buyer, each fact with the message that it came from or the person who set it, and the form to mend it.

import { call } from "./api.js";
import { fill, h } from "./dom.js";
import { named, t, when } from "./texts.js";
import { compact, evidence, part, percent } from "./trace.js";

/** What a person may set although nobody said it. */
const KEYS = ["industry", "purchase_scale", "budget", "target_price", "role", "region", "urgency", "language", "person", "company", "phone", "email", "wechat_id", "opt_out"];
const ROLES = ["purchasing", "plant_manager", "engineering", "integrator", "distributor", "owner"];
const PERIODS = ["year", "quarter", "month", "week"];

/** What a remembered fact is called. @param {string} key */
function label(key) {
  const word = named("fact", key);
  if (word !== key) return word;
  const [kind, of] = key.split(/:(.*)/);
  return of !== undefined && ["objection", "preference", "rival"].includes(kind) ? `${t(kind)} ${of}` : key;
}

/** @param {{key: string, value: any}} fact @param {Map<string, string>} industries */
function shown({ key, value }, industries) {
  if (value === true) return t("yes");
  if (key === "industry") return industries.get(value) ?? value;
  if (key === "role" || key === "urgency" || key === "language") return named(key, value);
  if (key === "purchase_scale") return `${[value.number, value.unit].filter(Boolean).join(" ")} / ${named("period", value.period)}`;
  return compact(value);
}

/** How long ago it was said. @param {number} days */
const age = (days) => new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(-days, "day");

/**
 * Who set a fact and when, or the way to the message that it came from.
 * @param {any} fact @param {Map<string, string>} agents names by id @param {(message: string) => void} point
 */
function origin(fact, agents, point) {
  if (!fact.evidence.startsWith("agt_")) return evidence(fact.evidence, point);
  return `· ${t("set_by")} ${[agents.get(fact.evidence), when(fact.at)].filter(Boolean).join(" · ")}`;
}

/** The names of a fact that is one of a few. @param {string} key @param {Map<string, string>} industries @returns {[string, string][] | null} */
function choices(key, industries) {
  if (key === "industry") return [...industries];
  if (key === "role") return ROLES.map((name) => [name, named("role", name)]);
  if (key === "urgency") return ["high", "low"].map((name) => [name, named("urgency", name)]);
  if (key === "language") return ["zh", "en"].map((name) => [name, named("language", name)]);
  return null;
}

/** @param {string} word @param {[string, string][]} options @param {string} [chosen] */
const select = (word, options, chosen) =>
  h("select", { "aria-label": word, required: true }, options.map(([value, name]) => h("option", { value, selected: value === chosen }, name)));

/** How many digits the currency has after the point. @param {string} currency */
function digits(currency) {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/**
 * The inputs for a fact, and its value in the form of the API once they are filled in.
 * @param {string} key @param {any} value @param {Map<string, string>} industries
 * @returns {{inputs: HTMLElement[], read: () => unknown}}
 */
function inputsOf(key, value, industries) {
  const word = label(key);
  const some = choices(key, industries);
  if (some !== null) {
    const input = select(word, some, value);
    return { inputs: [input], read: () => input.value };
  }
  if (key === "opt_out" || key.startsWith("objection:") || key.startsWith("rival:")) {
    const input = select(word, [["true", t("yes")], ["false", t("no")]], String(value ?? true));
    return { inputs: [input], read: () => input.value === "true" };
  }
  if (key === "budget" || key === "target_price") {
    const currency = h("input", { "aria-label": t("currency"), required: true, pattern: "[A-Z]{3}", maxlength: 3, size: 4 });
    currency.value = value?.currency ?? "CNY";
    const amount = h("input", { "aria-label": word, type: "number", min: "0.01", step: "any", required: true });
    if (value) amount.value = String(value.minor / 10 ** digits(value.currency));
    const read = () => ({ minor: Math.round(Number(amount.value) * 10 ** digits(currency.value)), currency: currency.value });
    return { inputs: [amount, currency], read };
  }
  if (key === "purchase_scale") {
    const number = h("input", { "aria-label": word, type: "number", min: "0.001", step: "any", required: true });
    const unit = h("input", { "aria-label": t("unit"), maxlength: 20, size: 4, placeholder: t("unit") });
    const period = select(t("period"), PERIODS.map((name) => [name, named("period", name)]), value?.period);
    number.value = value?.number ?? "";
    unit.value = value?.unit ?? "";
    const read = () => ({ number: Number(number.value), ...(unit.value.trim() && { unit: unit.value.trim() }), period: period.value });
    return { inputs: [number, unit, period], read };
  }
  const text = h("input", { "aria-label": word, required: true, maxlength: 100 });
  text.value = value ?? "";
  return { inputs: [text], read: () => text.value.trim() };
}

/** What is known of one buyer at a time. While somebody writes in it, nothing is drawn anew under his hands. */
export class Profile {
  /**
   * @param {{agents: Map<string, string>, industries: Map<string, string>, fail: (error: unknown) => void, clear: () => void}} context
   * @param {(message: string) => void} point
   */
  constructor(context, point) {
    this.context = context;
    this.point = point;
    this.root = h("div", {});
    /** @type {any} */
    this.contact = null;
    this.writing = false;
  }

  /** @param {any} contact */
  show(contact) {
    this.contact = contact;
    if (!this.writing) this.draw();
  }

  draw() {
    const { agents, industries } = this.context;
    const { contact } = this;
    const { type, tier, message_count, facts, removed } = contact.profile;
    // A refusal that is over stays remembered as false.
    const known = facts.filter((/** @type {any} */ fact) => fact.value !== false);
    const link = contact.company_link && ` · ${named("link", contact.company_link)}`;
    const keys = new Set(known.map((/** @type {any} */ fact) => fact.key));
    const unknown = KEYS.filter((key) => !keys.has(key)).map((key) => /** @type {[string, string]} */ ([key, label(key)]));
    const place = h("div", {});
    const add = h(
      "select",
      { "aria-label": t("add_fact"), change: () => this.edit(place, add.value, undefined) },
      h("option", { value: "" }, t("add_fact")),
      unknown.map(([value, name]) => h("option", { value }, name)),
    );
    fill(
      this.root,
      h(
        "dl",
        {},
        part(t("company"), contact.company_name, contact.company_name && link),
        part(t("customer"), [named("type", type), tier?.toLowerCase() === "vip" ? "VIP" : tier].filter(Boolean).join(" · ")),
        part(t("messages"), String(message_count)),
        known.map((/** @type {any} */ fact) => {
          const said = h("dd", { id: `fact-${fact.key}` }, `${shown(fact, industries)} · ${percent(fact.confidence)} · ${age(fact.age_days)} `, origin(fact, agents, this.point));
          said.append(
            " ",
            h("button", { class: "plain", type: "button", "aria-label": `${t("edit")} ${label(fact.key)}`, click: () => this.edit(said, fact.key, fact.value) }, t("edit")),
            h("button", { class: "plain", type: "button", "aria-label": `${t("remove")} ${label(fact.key)}`, click: () => this.send(fact.key, null) }, t("remove")),
          );
          return [h("dt", {}, label(fact.key)), said];
        }),
        removed.map((/** @type {any} */ { key, by, at }) => [
          h("dt", {}, label(key)),
          h("dd", { class: "removed", id: `fact-${key}` }, `${t("removed_by")} ${[agents.get(by), when(at)].filter(Boolean).join(" · ")}`),
        ]),
      ),
      known.length === 0 && h("p", { class: "empty" }, t("no_facts")),
      h("p", { class: "add" }, add),
      place,
    );
  }

  /** Opens the form for a fact in `place`. @param {HTMLElement} place @param {string} key @param {any} value */
  edit(place, key, value) {
    if (key === "") return;
    this.writing = true;
    for (const other of this.root.querySelectorAll("form")) other.remove();
    const { inputs, read } = inputsOf(key, value, this.context.industries);
    const submit = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.send(key, read());
    };
    const cancel = () => {
      this.writing = false;
      this.draw();
    };
    place.append(
      h(
        "form",
        { class: "reason fact", submit },
        h("span", {}, label(key)),
        inputs,
        h("button", { class: "primary", type: "submit" }, t("save")),
        h("button", { class: "plain", type: "button", click: cancel }, t("cancel")),
      ),
    );
    inputs[0]?.focus();
  }

  /** Sets a fact; null takes it away. @param {string} key @param {unknown} value */
  async send(key, value) {
    const { fail, clear } = this.context;
    const { id } = this.contact;
    try {
      clear();
      const contact = await call("PATCH", `/contacts/${id}`, { profile: { [key]: value } });
      this.writing = false;
      if (this.contact.id === id) this.show(contact);
    } catch (error) {
      fail(error);
    }
  }
}
