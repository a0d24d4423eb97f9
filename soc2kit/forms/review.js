// The table of an access review. It decides nothing: every change goes to Python, which saves it or says why not, and
// what is shown is what is on file. Texts of a source only ever become text nodes.

const PAGE = 50;
const PATIENCE_MS = 20000;
const SORTS = [
  ["name", "Account"], ["person", "Person"], ["access", "Access"], ["last_used", "Last use"], ["mfa", "MFA"],
  ["flags", "Flags"], ["before", "Last quarter"],
];

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("aria-") || name === "scope" || name === "role") {
      element.setAttribute(name, value);
    } else {
      element[name] = value;
    }
  }
  element.append(...children);
  return element;
}

function options(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([value, text]) => make("option", { value, textContent: text })));
  select.value = chosen;
}

class Form {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.rows = [];
    this.about = null;
    this.shown = [];
    this.drawn = new Map();
    this.page = 0;
    this.sort = { by: "name", down: false };
    this.number = 0;
    this.build();
  }

  // ---- what stands on the page

  build() {
    this.title = make("h4", { className: "s2k-title" });
    this.standing = make("p", { className: "s2k-standing" });
    this.counts = make("p", { className: "s2k-counts" });
    this.note = make("p", { className: "s2k-note" });
    this.status = make("p", { className: "s2k-status", role: "status", "aria-live": "polite" });
    this.reviewer = make("select", { className: "s2k-reviewer", onchange: () => this.draw() });
    this.text = make("input", { type: "search", className: "s2k-filter", oninput: () => this.refresh() });
    this.flag = make("select", { className: "s2k-flag", onchange: () => this.refresh() });
    this.state = make("select", { className: "s2k-state", onchange: () => this.refresh() });
    options(this.state, [["", "all"], ["open", "undecided"], ["done", "decided"], ["privileged", "privileged"]], "");
    this.choice = make("select", { className: "s2k-bulk-decision", onchange: () => this.tellBulk() });
    this.reason = make("input", { type: "text", className: "s2k-bulk-reason" });
    this.bulk = make("button", { type: "button", className: "s2k-bulk", onclick: () => this.decideShown() });
    this.sign = make("button", { type: "button", className: "s2k-sign", textContent: "Sign the review",
      onclick: () => this.send({ type: "sign" }) });
    this.reopen = make("button", { type: "button", className: "s2k-reopen", textContent: "Reopen",
      onclick: () => this.send({ type: "reopen" }) });
    const reload = make("button", { type: "button", className: "s2k-reload", textContent: "Reload",
      onclick: () => this.send({ type: "reload" }) });
    this.head = make("tr");
    this.body = make("tbody");
    this.caption = make("caption");
    const table = make("table", {}, this.caption, make("thead", {}, this.head), this.body);
    this.scroll = make("div", { className: "s2k-scroll", role: "region", "aria-label": "Accounts under review", tabIndex: 0 },
      table);
    this.earlier = make("button", { type: "button", textContent: "Previous page", onclick: () => this.turn(-1) });
    this.later = make("button", { type: "button", textContent: "Next page", onclick: () => this.turn(1) });
    this.place = make("span", { className: "s2k-place" });
    this.pages = make("p", { className: "s2k-pages" }, this.earlier, this.place, this.later);
    // JupyterLab's own keys are not meant while somebody is in the form: M A R A would change, add and replace cells.
    this.root.addEventListener("keydown", (event) => {
      if (!((event.ctrlKey || event.metaKey) && event.key === "s")) event.stopPropagation();
    });
    this.root.replaceChildren(
      make("div", { className: "s2k-review" },
        this.title, this.standing, this.counts, this.note,
        make("div", { className: "s2k-bar" },
          this.labelled("Reviewer", this.reviewer), this.sign, this.reopen, reload),
        make("div", { className: "s2k-bar" },
          this.labelled("Filter", this.text), this.labelled("Flag", this.flag), this.labelled("Show", this.state)),
        make("div", { className: "s2k-bar s2k-bulk-bar" },
          this.labelled("Decision for all shown", this.choice), this.labelled("Reason", this.reason), this.bulk),
        this.status, this.scroll, this.pages));
    this.heads = SORTS.map(([name, text]) => {
      const button = make("button", { type: "button", textContent: text, onclick: () => this.order(name) });
      const cell = make("th", { scope: "col" }, button);
      this.head.append(cell);
      return [name, cell];
    });
    this.head.append(make("th", { scope: "col", textContent: "Decision and reason" }));
  }

  labelled(text, control) {
    return make("label", {}, make("span", { textContent: text }), control);
  }

  // ---- talking to Python

  send(message) {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => this.say("No answer: the kernel is not running or busy. Run this cell again.", "bad"), PATIENCE_MS);
    this.model.send({ ...message, by: this.reviewer.value, number: ++this.number });
  }

  received(answer) {
    clearTimeout(this.timer);
    if (answer.type === "none") {
      this.say(answer.message, answer.tone);
      return;
    }
    const { rows, type, message, tone, ...about } = answer;
    const first = this.about === null;
    this.about = about;
    // What was refused is not on file, but what was typed stays in its field.
    if (tone === "bad" && this.pending) this.pending.dirty = { reason: true, to: true };
    this.pending = null;
    const before = new Set(this.rows.map((row) => row.account));
    if (type === "whole") {
      this.rows = rows;
    } else {
      const changed = new Map(rows.map((row) => [row.account, row]));
      this.rows = this.rows.map((row) => changed.get(row.account) ?? row);
    }
    if (first) this.fill();
    this.top();
    // Rows on screen stay there, though the filter might not pick them any more: nobody's place is lost.
    if (first || this.rows.length !== before.size || this.rows.some((row) => !before.has(row.account))) this.refresh();
    this.draw();
    this.say(message, tone);
  }

  say(text, tone) {
    this.status.textContent = text;
    this.status.dataset.tone = tone ?? "";
  }

  // ---- filters, order, pages

  fill() {
    const people = this.about.reviewers.map(({ email, name }) => [email, `${name} (${email})`]);
    options(this.reviewer, [["", "choose who you are"], ...people], "");
    const flags = [...new Set(this.rows.flatMap((row) => row.flags))].sort();
    options(this.flag, [["", "any"], ...flags.map((flag) => [flag, flag])], "");
    options(this.choice, [["", "choose"], ...this.about.choices.filter((word) => word !== "change").map((word) => [word, word])], "");
  }

  top() {
    const { period, title, snapshot_at, accounts, decided, standing, signed, signature_holds, vanished, newer, file } =
      this.about;
    this.title.textContent = `Access review ${period}, ${title}: ${accounts} accounts as of ${snapshot_at}`;
    this.standing.textContent = standing.charAt(0).toUpperCase() + standing.slice(1) + ".";
    this.standing.dataset.tone = signed ? (signature_holds ? "good" : "bad") : "";
    this.counts.textContent = `${decided} decided, ${accounts - decided} undecided. Every decision is saved at once in reviews/${file}.`;
    const notes = [];
    if (newer) notes.push(`A later snapshot, of ${newer}, lies in the quarter; this review is signed over the earlier one.`);
    if (vanished.length) notes.push(`Decided, but not in the snapshot any more: ${vanished.join("; ")}.`);
    this.note.textContent = notes.join(" ");
    this.note.hidden = notes.length === 0;
    this.reopen.hidden = !signed;
    this.sign.hidden = signed;
    this.tellBulk();
  }

  picked(row) {
    const wanted = this.text.value.trim().toLowerCase();
    const words = [row.account, row.person, ...row.holders, row.about, row.access, row.reason, ...row.flags];
    const state = this.state.value;
    return (!wanted || words.some((word) => word.toLowerCase().includes(wanted)))
      && (!this.flag.value || row.flags.includes(this.flag.value))
      && (!state || (state === "open" ? row.state !== "decided" : state === "done" ? row.state === "decided" : row.privileged));
  }

  refresh() {
    const { by, down } = this.sort;
    const worth = (row) => (by === "flags" ? String(999 - row.flags.length) : String(row[by]).toLowerCase());
    const picked = this.rows.filter((row) => this.picked(row));
    picked.sort((one, other) => worth(one).localeCompare(worth(other)) || one.account.localeCompare(other.account));
    if (down) picked.reverse();
    this.shown = picked.map((row) => row.account);
    this.page = 0;
    this.draw();
  }

  order(by) {
    this.sort = { by, down: this.sort.by === by && !this.sort.down };
    this.refresh();
  }

  turn(step) {
    this.page += step;
    this.draw();
    this.scroll.scrollTop = 0;
    // The button that was pressed may be disabled now, and a disabled one loses the focus.
    const [button, other] = step > 0 ? [this.later, this.earlier] : [this.earlier, this.later];
    if (button.disabled) other.focus();
  }

  draw() {
    if (this.about === null) return;
    const last = Math.max(0, Math.ceil(this.shown.length / PAGE) - 1);
    this.page = Math.min(Math.max(this.page, 0), last);
    for (const [name, cell] of this.heads) {
      const mine = this.sort.by === name;
      cell.setAttribute("aria-sort", mine ? (this.sort.down ? "descending" : "ascending") : "none");
    }
    const rows = new Map(this.rows.map((row) => [row.account, row]));
    const accounts = this.shown.slice(this.page * PAGE, (this.page + 1) * PAGE);
    const lines = accounts.map((account) => this.line(rows.get(account)));
    const present = [...this.body.children];
    // Rows that stay are left where they are, so that the focus stays with them.
    if (lines.length !== present.length || lines.some((line, index) => line !== present[index])) {
      this.body.replaceChildren(...lines);
    }
    this.caption.textContent = `${this.shown.length} of ${this.rows.length} accounts`;
    this.place.textContent = ` page ${this.page + 1} of ${last + 1} `;
    this.earlier.disabled = this.page === 0;
    this.later.disabled = this.page === last;
    this.pages.hidden = last === 0;
    this.tellBulk();
  }

  // ---- one row

  line(row) {
    const parts = this.drawn.get(row.account) ?? this.newLine(row.account);
    const own = row.holders.includes(this.reviewer.value);
    parts.name.replaceChildren(make("strong", { textContent: row.name }));
    if (row.account !== row.name) parts.name.append(make("small", { textContent: row.account }));
    parts.person.replaceChildren(make("span", { textContent: row.person }), make("small", { textContent: row.about }));
    parts.access.replaceChildren(...row.access.split("; ").map((right) => make("div", { textContent: right })));
    parts.access.classList.toggle("s2k-privileged", row.privileged);
    parts.used.textContent = row.last_used;
    parts.mfa.textContent = row.mfa;
    const flags = own ? ["your own account", ...row.flags] : row.flags;
    parts.flags.replaceChildren(...flags.map((flag) => make("span", { className: "s2k-mark", textContent: flag })));
    parts.before.textContent = row.before;
    const open = row.state === "undecided" ? "" : [row.state, row.was].filter(Boolean).join(": ");
    parts.decided.textContent = row.state === "decided" ? `by ${row.decided}` : open;
    parts.row.dataset.state = row.state;
    this.controls(parts, row);
    return parts.row;
  }

  controls(parts, row) {
    const signed = this.about.signed;
    parts.decision.disabled = parts.reason.disabled = parts.to.disabled = signed;
    parts.decision.value = row.state === "changed since it was decided" ? "" : row.decision;
    parts.to.hidden = parts.decision.value !== "change";
    // What somebody is typing is theirs until it is saved.
    if (!parts.dirty.reason) parts.reason.value = row.reason;
    if (!parts.dirty.to) parts.to.value = row.change_to;
  }

  newLine(account) {
    const cells = ["person", "access", "used", "mfa", "flags", "before"].map((name) => [name, make("td", { className: `s2k-${name}` })]);
    const parts = { ...Object.fromEntries(cells), name: make("th", { scope: "row" }), dirty: {} };
    parts.decision = make("select", { "aria-label": `Decision for ${account}`, onchange: () => this.decideOne(account, parts) });
    options(parts.decision, [["", "undecided"], ...this.about.choices.map((word) => [word, word])], "");
    parts.reason = this.typed(account, parts, "reason", "Reason for");
    parts.to = this.typed(account, parts, "to", "Change to what for");
    parts.reason.placeholder = "reason";
    parts.to.placeholder = "change to what";
    parts.decided = make("small");
    parts.row = make("tr", {}, parts.name, ...cells.map(([, cell]) => cell),
      make("td", { className: "s2k-words" }, parts.decision, parts.to, parts.reason, parts.decided));
    parts.row.dataset.account = account;
    this.drawn.set(account, parts);
    return parts;
  }

  typed(account, parts, name, label) {
    const save = () => { if (parts.dirty[name] && parts.decision.value) this.decideOne(account, parts); };
    return make("input", {
      type: "text",
      "aria-label": `${label} ${account}`,
      oninput: () => { parts.dirty[name] = true; },
      onchange: save,
      // In a cell's output JupyterLab may keep the browser from taking Enter for the end of the typing.
      onkeydown: (event) => { if (event.key === "Enter") save(); },
    });
  }

  // ---- deciding

  decideOne(account, parts) {
    const decision = parts.decision.value;
    parts.to.hidden = decision !== "change";
    if (!this.reviewer.value) {
      this.say("Choose who you are first; nothing was saved.", "bad");
      this.draw();
      return;
    }
    const words = { reason: parts.reason.value, change_to: decision === "change" ? parts.to.value : "" };
    parts.dirty = {};
    this.pending = parts;
    this.send(decision ? { type: "decide", accounts: [account], decision, ...words } : { type: "withdraw", accounts: [account] });
  }

  // Rows of the filter that wait for a decision, but for the reviewer's own accounts.
  waiting() {
    const rows = new Map(this.rows.map((row) => [row.account, row]));
    const open = this.shown.map((account) => rows.get(account)).filter((row) => row && row.state !== "decided");
    return [open.filter((row) => !row.holders.includes(this.reviewer.value)), open.length];
  }

  tellBulk() {
    if (this.about === null) return;
    const [rows] = this.waiting();
    this.bulk.textContent = `Decide the ${rows.length} undecided shown`;
    this.bulk.disabled = this.about.signed || rows.length === 0;
  }

  decideShown() {
    const [rows, open] = this.waiting();
    const decision = this.choice.value;
    if (!this.reviewer.value || !decision || !this.reason.value.trim()) {
      this.say("Choose who you are and a decision, and give a reason; nothing was saved.", "bad");
      return;
    }
    if (open > rows.length) this.say("Your own account is left out: another reviewer decides on it.", "");
    this.send({ type: "decide", accounts: rows.map((row) => row.account), decision, reason: this.reason.value });
  }
}

export default {
  render({ model, el }) {
    const form = new Form(model, el);
    const listen = (answer) => form.received(answer);
    model.on("msg:custom", listen);
    form.send({ type: "open" });
    return () => { clearTimeout(form.timer); model.off("msg:custom", listen); };
  },
};
