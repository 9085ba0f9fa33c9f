// Hovering or focusing a fact lights up the words it was read from; without this script, following its link does.
for (const source of document.querySelectorAll("[data-mark]")) {
  const pieces = document.getElementsByClassName(source.dataset.mark);
  const light = (on) => {
    for (const piece of pieces) piece.classList.toggle("lit", on);
  };
  source.addEventListener("mouseenter", () => light(true));
  source.addEventListener("mouseleave", () => light(false));
  source.addEventListener("focus", () => light(true));
  source.addEventListener("blur", () => light(false));
}
