// @ts-check
// The demo shop's page: language, and questions that are handed to the widget.

const page = document.documentElement;
const toggle = /** @type {HTMLButtonElement} */ (document.getElementById("language"));

/** @param {string} language */
function speak(language) {
  page.lang = language;
  toggle.textContent = language === "zh" ? "EN" : "中文";
}

toggle.addEventListener("click", () => speak(page.lang === "zh" ? "en" : "zh"));
for (const button of document.querySelectorAll(".questions button")) {
  button.addEventListener("click", () => {
    window.dispatchEvent(new CustomEvent("zhanggui:ask", { detail: { text: button.textContent } }));
  });
}
speak(navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
