// Shows the ties of the organisation that is pointed at or focused: the pieces of the kinds' paths that touch it.
const ENDS = /^M(\d+ \d+).*[L ](\d+ \d+)$/;

function pieces(svg) {
  const found = new Map();
  for (const path of svg.querySelectorAll(".tie")) {
    for (const piece of path.getAttribute("d").match(/M[^M]+/g) ?? []) {
      for (const end of ENDS.exec(piece)?.slice(1) ?? []) {
        found.set(end, (found.get(end) ?? "") + piece);
      }
    }
  }
  return found;
}

for (const figure of document.querySelectorAll(".net")) {
  const svg = figure.querySelector("svg");
  const lit = svg.querySelector(".lit");
  const touching = pieces(svg);
  const light = ({ target }) => {
    const at = target.closest("a")?.getAttribute("transform")?.slice("translate(".length, -1);
    const ties = at && touching.get(at);
    lit.setAttribute("d", ties ?? "");
    figure.classList.toggle("is-lit", Boolean(ties));
  };
  for (const event of ["pointerover", "focusin"]) svg.addEventListener(event, light);
  for (const event of ["pointerleave", "focusout"]) svg.addEventListener(event, () => light({ target: svg }));
}
