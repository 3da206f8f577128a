"use strict";
// Sorts and filters the table of students. It only takes out and puts back rows that the page has
// already, and reads text as text: nothing of what it reads becomes markup.
(() => {
  const table = document.getElementById("roster");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const heads = Array.from(table.tHead.rows[0].cells);
  const find = document.getElementById("find");
  const show = document.getElementById("show");
  const shown = document.getElementById("shown");
  const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const texts = new Map(
    rows.map((row) => [row, plain(row.cells[0].textContent + " " + row.cells[1].textContent)]),
  );
  const CHUNK = 150;
  let order = rows;
  let turn = 0;

  // A number where the cell has one to sort by; null for an empty cell, which always comes last.
  const key = (cell) => {
    if (cell.dataset.s !== undefined) return Number(cell.dataset.s);
    const text = cell.textContent.trim();
    if (text === "") return null;
    return cell.classList.contains("num") ? Number(text) : text;
  };
  const compare = (a, b) => (typeof a === "number" ? a - b : words.compare(a, b));

  // The first rows at once, the others as the browser finds time: laying out a thousand takes it
  // about as long as people wait. A new order ends the placing of an earlier one.
  const place = (order) => {
    const mine = ++turn;
    const more = (from) => {
      if (mine !== turn || from >= order.length) return;
      body.append(...order.slice(from, from + CHUNK));
      setTimeout(more, 0, from + CHUNK);
    };
    body.replaceChildren(...order.slice(0, CHUNK));
    setTimeout(more, 0, CHUNK);
  };

  const test = (wanted) => {
    if (wanted === "") return () => true;
    const [is, word] = wanted.split(" ");
    if (word) return (row) => row.dataset.is.split(" ").includes(word);
    const column = heads.findIndex((head) => head.id === "col-" + is);
    return (row) => !/^mark( met)?$/.test(row.cells[column].className);
  };

  const draw = () => {
    const terms = plain(find.value).split(/\s+/);
    const passes = test(show.value);
    const found = order.filter(
      (row) => passes(row) && terms.every((term) => texts.get(row).includes(term)),
    );
    place(found);
    const count = found.length === rows.length ? "" : found.length + " of ";
    shown.textContent = count + rows.length + " students";
  };

  const sort = (column) => {
    const head = heads[column];
    const down = head.getAttribute("aria-sort") === "ascending";
    const keyed = rows.map((row) => [key(row.cells[column]), row]);
    const full = keyed.filter(([value]) => value !== null);
    const empty = keyed.filter(([value]) => value === null);
    full.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
    order = full.concat(empty).map(([, row]) => row);
    for (const one of heads) one.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    draw();
  };

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => sort(column));
  });
  find.addEventListener("input", draw);
  show.addEventListener("change", draw);
  for (const link of document.querySelectorAll("a[data-show]")) {
    link.addEventListener("click", () => {
      find.value = "";
      show.value = link.dataset.show;
      draw();
    });
    link.parentElement.hidden = false;
  }
  document.getElementById("controls").hidden = false;
  document.getElementById("how-to").hidden = false;
  shown.textContent = rows.length + " students";
})();
