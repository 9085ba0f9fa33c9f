// A menu closes when the reader clicks elsewhere; the folds of a text stay as they are.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.nav-menu[open], details.actions-menu-links[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
