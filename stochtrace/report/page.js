// Lines of both programs that belong to the same line of the source are marked together.
const lines = [...document.querySelectorAll(".line[data-line]")];
const together = (line) => lines.filter((other) => other.dataset.line === line.dataset.line);
const clear = (name) => lines.forEach((line) => line.classList.remove(name));

function show(line) {
  // In the other pane only: what is pointed at stays where it is.
  const pane = line.closest("pre");
  const other = together(line).find((each) => each.closest("pre") !== pane);
  if (other) {
    const view = other.closest("pre");
    view.scrollTo({ top: other.offsetTop - view.clientHeight / 3 });
  }
}

function keep(line) {
  const was = line.classList.contains("kept");
  clear("kept");
  if (!was) {
    together(line).forEach((each) => each.classList.add("kept"));
    show(line);
  }
}

for (const line of lines) {
  line.addEventListener("mouseenter", () => together(line).forEach((each) => each.classList.add("linked")));
  line.addEventListener("mouseleave", () => clear("linked"));
  line.addEventListener("focusin", () => together(line).forEach((each) => each.classList.add("linked")));
  line.addEventListener("focusout", () => clear("linked"));
  line.addEventListener("click", (event) => {
    if (event.target.closest("a")) return;
    if (getSelection().isCollapsed) keep(line);
  });
}
