"use strict";
// A button beside each box. Without scripts a person selects the text and copies it by hand.
for (const box of document.querySelectorAll("textarea[readonly]")) {
  const button = document.createElement("button");
  const said = document.createElement("span");
  button.type = "button";
  button.className = "nhsuk-button nhsuk-button--secondary nhsuk-button--small";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy " + box.labels[0].textContent);
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(box.value);
      said.textContent = " Copied";
    } catch {
      box.select();
      said.textContent = " Selected: press Ctrl and C to copy";
    }
  });
  box.after(button, said);
}
