// @ts-check
// The demo shop's page: language, and questions that are handed to the widget.

const page = document.documentElement;
const toggle = /** @type {HTMLButtonElement} */ (document.getElementById("language"));
const asked = new URLSearchParams(location.search).get("lang") ?? navigator.language;

// The widget, which comes after this, speaks the language of the page.
page.lang = asked.toLowerCase().startsWith("zh") ? "zh" : "en";
toggle.textContent = page.lang === "zh" ? "English" : "中文";
toggle.addEventListener("click", () => {
  location.search = page.lang === "zh" ? "?lang=en" : "?lang=zh";
});
for (const button of document.querySelectorAll(".questions button")) {
  button.addEventListener("click", () => {
    window.dispatchEvent(new CustomEvent("zhanggui:ask", { detail: { text: button.textContent } }));
  });
}
