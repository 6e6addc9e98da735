// @ts-check
// What will be written to a buyer if he stays silent: shown above the talk, worded or cancelled by a person.

import { call } from "./api.js";
import { fill, h } from "./dom.js";
import { named, t, when } from "./texts.js";

/** The next follow-up of one conversation. */
export class FollowUp {
  /**
   * @param {string} conversation
   * @param {{agents: Map<string, string>, fail: (error: unknown) => void, clear: () => void}} context
   */
  constructor(conversation, context) {
    this.path = `/conversations/${conversation}/follow-up`;
    this.context = context;
    this.root = h("div", { class: "follow-up", hidden: true });
    this.editing = false;
    /** @type {string | undefined} */
    this.shown = undefined;
  }

  /** @param {any} next as the API gives it, null where nothing is planned */
  show(next) {
    const key = JSON.stringify(next);
    // What a person is writing is not taken from under his hands, unless there is nothing left to word.
    if (key === this.shown || (this.editing && next !== null)) return;
    this.shown = key;
    this.editing = false;
    this.root.hidden = next === null;
    if (next === null) {
      fill(this.root);
      return;
    }
    const author = next.worded_by === null ? null : this.context.agents.get(next.worded_by);
    fill(
      this.root,
      h(
        "p",
        { class: "note" },
        h("b", {}, next.draft ? t("follow_up_draft") : t("follow_up")),
        " ",
        h("time", { datetime: next.due_at }, when(next.due_at)),
        ` · ${named("follow_up", next.reason)} · ${next.why}`,
        author ? ` · ${author}` : "",
      ),
      h("p", { class: "words" }, next.text),
      h(
        "span",
        { class: "buttons" },
        h("button", { type: "button", class: "plain", click: () => this.edit(next) }, t("follow_up_edit")),
        h("button", { type: "button", class: "plain", click: () => this.cancel() }, t("follow_up_cancel")),
      ),
    );
  }

  /** @param {any} next */
  edit(next) {
    this.editing = true;
    const input = h("textarea", { rows: 3, maxlength: 8000, "aria-label": t("follow_up") });
    input.value = next.text;
    const back = () => {
      this.editing = false;
      this.shown = undefined;
      this.show(next);
    };
    fill(
      this.root,
      h(
        "form",
        {
          submit: (/** @type {Event} */ event) => {
            event.preventDefault();
            this.save(input.value.trim());
          },
        },
        input,
        h("button", { class: "primary", type: "submit" }, t("save")),
        h("button", { class: "plain", type: "button", click: back }, t("follow_up_keep")),
      ),
    );
    input.focus();
  }

  /** @param {string} text */
  async save(text) {
    if (text === "") return;
    try {
      this.context.clear();
      const known = await call("PATCH", this.path, { text });
      this.editing = false;
      this.show(known.next);
    } catch (error) {
      this.context.fail(error);
    }
  }

  async cancel() {
    try {
      this.context.clear();
      await call("DELETE", this.path);
      this.show(null);
    } catch (error) {
      this.context.fail(error);
    }
  }
}
