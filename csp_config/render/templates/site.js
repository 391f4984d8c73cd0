(function () {
  "use strict";
  var tables = document.querySelectorAll("table.filtered");
  var main = document.getElementById("main");
  if (!tables.length || !main) { return; }
  var label = document.createElement("label");
  label.className = "screen";
  label.append("Show only rows with: ");
  var input = document.createElement("input");
  input.type = "search";
  label.append(input);
  main.querySelector("h2").before(label);
  input.addEventListener("input", function () {
    var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    tables.forEach(function (table) {
      Array.prototype.forEach.call(table.tBodies[0].rows, function (row) {
        var text = row.textContent.toLowerCase();
        row.hidden = !words.every(function (word) { return text.includes(word); });
      });
    });
  });
})();
