// CodeMirror makes a text field of its own, and gives it no name.
window.addEventListener("load", () => {
  for (const field of document.querySelectorAll(".CodeMirror textarea")) field.setAttribute("aria-label", "SQL");
});
