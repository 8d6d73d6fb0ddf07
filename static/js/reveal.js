// Let people see the passphrase they type: long words on a small phone are easily mistyped.

for (const tick of document.querySelectorAll("[data-reveal]")) {
  const field = tick.parentElement.querySelector("input[type=password]");
  tick.hidden = false;
  tick.querySelector("input").addEventListener("change", ({ target }) => {
    field.type = target.checked ? "text" : "password";
  });
  // What is sent is a passphrase again, so that no browser keeps it among what was typed before.
  field.form.addEventListener("submit", () => { field.type = "password"; });
}
