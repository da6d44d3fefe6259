// How far an import is, asked every second and a half while it runs. Without this the page's link looks again.
"use strict";

(() => {
  const job = document.getElementById("job");
  if (!job || !job.dataset.state) return;
  const ask = async () => {
    let found;
    try {
      const answer = await fetch(job.dataset.state, { redirect: "error" });
      if (!answer.ok) return;
      found = await answer.json();
    } catch { setTimeout(ask, 5000); return; }
    document.getElementById("progress").value = found.percent;
    document.getElementById("counted").textContent = found.text;
    if (found.over) { document.getElementById("over").textContent = "The import is over."; location.reload(); return; }
    setTimeout(ask, 1500);
  };
  setTimeout(ask, 800);
})();
