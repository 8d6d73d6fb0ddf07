// A sheet is printed by one button, because phones and tablets hide the menu that prints.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
