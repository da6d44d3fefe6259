// A link that can be dragged to the browser's bookmarks. Its address stands on the page too, to be copied.
"use strict";

(() => {
  const place = document.getElementById("drag");
  const link = document.createElement("a");
  link.className = "b main";
  link.textContent = place.dataset.label;
  link.href = document.getElementById("script").value;
  link.addEventListener("click", (e) => e.preventDefault());
  place.append(link, " " + place.dataset.hint);
})();
