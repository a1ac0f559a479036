// The side panel. Everything that comes from a document or a file name goes into the page by textContent only.
const find = (id) => element.querySelector('#' + id);
const panel = find('fn-panel'), body = find('fn-body'), title = find('fn-title'), subtitle = find('fn-subtitle');
const note = find('fn-note'), list = find('fn-list');
const numbers = new Intl.NumberFormat('en');
let opener = null;   // what had the focus, to give it back
let request = 0;     // the last thing asked for wins, whatever arrives last

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function say(text) {
  note.textContent = text || '';
  note.hidden = !text;
}

function show(kind) {
  if (panel.hidden) opener = document.activeElement;
  panel.hidden = false;
  panel.dataset.kind = kind;
  document.body.classList.add('fn-open');
  list.setAttribute('aria-expanded', String(kind === 'list'));
}

function close() {
  if (panel.hidden) return;
  panel.hidden = true;
  document.body.classList.remove('fn-open');
  list.setAttribute('aria-expanded', 'false');
  for (const old of document.querySelectorAll('.fn-shown')) old.classList.remove('fn-shown');
  if (opener && opener.isConnected) opener.focus({ preventScroll: true });
}

function nodes(pieces) {
  return pieces.map(([kind, value]) => {
    if (kind === 'page') return make('div', 'fn-page', value);
    if (kind === 'passage') return make('span', 'fn-passage', value);
    return kind === 'mark' ? make('mark', '', value) : document.createTextNode(value);
  });
}

// One end of a long document: a button that brings the next part, until there is none.
function more(opened, side) {
  const left = side === 'before' ? opened.low : opened.total - opened.high;
  if (!left) return null;
  const button = make('button', 'fn-more', 'Show more (' + numbers.format(left) + ' characters ' + side + ')');
  button.type = 'button';
  button.onclick = async () => {
    button.disabled = true;
    const wish = side === 'before'
      ? { id: opened.id, low: Math.max(0, opened.low - 60000), high: opened.low }
      : { id: opened.id, low: opened.high, high: opened.high + 60000 };
    const part = await server.more_text(wish);
    if (part.problem) { say(part.problem); return; }
    const below = body.scrollHeight - body.scrollTop;
    if (side === 'before') opened.low = part.low; else opened.high = part.high;
    const next = more(opened, side);
    const fresh = side === 'before' ? [next, ...nodes(part.pieces)] : [...nodes(part.pieces), next];
    button.replaceWith(...fresh.filter(Boolean));
    if (side === 'before') body.scrollTop = body.scrollHeight - below;
  };
  return button;
}

function place(opened) {
  const parts = [];
  if (opened.place) parts.push(opened.place);
  if (opened.headings && opened.headings.length) parts.push(opened.headings.join(' › '));
  return parts.join(' · ');
}

function draw(opened) {
  if (opened.problem) {
    title.textContent = 'Not found';
    subtitle.textContent = '';
    body.replaceChildren();
    say(opened.problem);
    return;
  }
  title.textContent = opened.document;
  subtitle.textContent = place(opened);
  say(opened.note);
  const text = make('div', 'fn-document');
  text.append(...[more(opened, 'before'), ...nodes(opened.pieces), more(opened, 'after')].filter(Boolean));
  body.replaceChildren(text);
  const mark = body.querySelector('mark');
  body.scrollTop = 0;
  if (!mark) return;
  // In the middle; what is taller than the panel is shown from its beginning.
  const { top, height } = mark.getBoundingClientRect();
  const room = Math.max(48, (body.clientHeight - height) / 2);
  body.scrollTop = top - body.getBoundingClientRect().top - room;
}

async function open(call, argument, kind) {
  const mine = ++request;
  let answer;
  try { answer = await server[call](argument); } catch (error) {
    answer = { problem: 'Footnote does not answer. Is it still running in its terminal?' };
  }
  if (mine !== request) return;
  show(kind);
  (kind === 'list' ? drawList : draw)(answer);
  find('fn-close').focus({ preventScroll: true });
}

function openSource(link) {
  const href = link.getAttribute('href');
  for (const old of document.querySelectorAll('.fn-shown')) old.classList.remove('fn-shown');
  for (const same of document.querySelectorAll('a[href="' + CSS.escape(href) + '"]')) same.classList.add('fn-shown');
  open('open_source', href.slice(href.indexOf('#cite-') + 6), 'document');
}

function size(bytes) {
  if (bytes < 1000) return bytes + ' bytes';
  return bytes < 1e6 ? Math.round(bytes / 1000) + ' kB' : (bytes / 1e6).toFixed(1) + ' MB';
}

// The documents that the conversation is limited to: names of files and of folders; none: all of them.
const scope = new Set();

function limit() {
  const chip = find('fn-scope');
  const [only] = scope;
  chip.hidden = !scope.size;
  chip.textContent = 'Only ' + (scope.size === 1 ? only.slice(only.lastIndexOf('/', only.length - 2) + 1) : scope.size + ' chosen') + ' \u00d7';
  trigger('select', { scope: [...scope] });
}

// Inside a folder that is chosen everything is; a single choice inside it would say nothing more.
function covered(name) {
  return [...scope].some((chosen) => chosen.endsWith('/') && name !== chosen && name.startsWith(chosen));
}

function choice(name, words) {
  const box = make('input', 'fn-choice');
  box.type = 'checkbox';
  box.title = words;
  box.setAttribute('aria-label', words);
  box.dataset.name = name;
  box.onchange = () => {
    if (box.checked) scope.add(name); else scope.delete(name);
    if (name.endsWith('/')) for (const other of [...scope]) if (covered(other)) scope.delete(other);
    limit();
    drawChoices();
  };
  return box;
}

function drawChoices() {
  for (const box of body.querySelectorAll('input[type=checkbox].fn-choice')) {
    box.disabled = covered(box.dataset.name);
    box.checked = box.disabled || scope.has(box.dataset.name);
  }
}

function count(number, thing) {
  return numbers.format(number) + ' ' + thing + (number === 1 ? '' : 's');
}

// How sure an answer must be, and what that costs; of the conversation, kept when a new one begins.
let strictness = null;

function strictnessBox({ usual, choices }) {
  const box = make('fieldset', 'fn-strictness');
  box.append(make('legend', '', 'How sure must an answer be?'));
  for (const { name, cost } of choices) {
    const line = make('label', 'fn-line');
    const dot = make('input', 'fn-choice');
    dot.type = 'radio';
    dot.name = 'fn-strictness';
    dot.checked = (strictness || usual) === name;
    dot.onchange = () => { strictness = name; trigger('select', { strictness }); };
    const words = make('span', 'fn-entry');
    words.append(make('span', 'fn-entry-name', name[0].toUpperCase() + name.slice(1)), make('span', 'fn-entry-facts', cost[0].toUpperCase() + cost.slice(1)));
    line.append(dot, words);
    box.append(line);
  }
  return box;
}

function drawFolder(library) {
  find('fn-folder').textContent = library.folder;
  list.textContent = count(library.ready, 'document');
}

function facts(entry) {
  const words = entry.pages ? [count(entry.pages, entry.unit)] : [];
  if (entry.status === 'ready') words.push(count(entry.passages, 'passage'));
  return [...words, size(entry.bytes)].join(' · ');
}

function entryRow(entry) {
  const line = make('div', 'fn-line');
  const row = make('button', 'fn-entry fn-' + entry.status);
  row.type = 'button';
  row.append(make('span', 'fn-entry-name', entry.document));
  row.append(make('span', 'fn-entry-facts', facts(entry)));
  if (entry.status === 'failed') row.append(make('span', 'fn-entry-reason', 'Not read: it ' + entry.reason));
  if (entry.status === 'pending') row.append(make('span', 'fn-entry-reason', 'New or changed: not read yet'));
  for (const words of entry.warnings) row.append(make('span', 'fn-entry-reason', words));
  row.disabled = entry.status !== 'ready';
  row.onclick = () => open('open_document', entry.document, 'document');
  line.append(entry.status === 'ready' ? choice(entry.document, 'Ask only ' + entry.document) : make('span'), row);
  return line;
}

function collectionRow([name, documents]) {
  const line = make('label', 'fn-line fn-collection');
  const words = make('span', 'fn-entry');
  words.append(make('span', 'fn-entry-name', name), make('span', 'fn-entry-facts', count(documents, 'document')));
  line.append(choice(name, 'Ask only the folder ' + name), words);
  return line;
}

function filterBox(library) {
  const box = make('input', 'fn-filter');
  box.type = 'search';
  box.placeholder = 'Find a document';
  box.setAttribute('aria-label', 'Find a document');
  box.value = library.filter;
  box.oninput = async () => {
    const mine = ++request;
    const found = await server.documents({ filter: box.value });
    if (mine === request) fillList(found);
  };
  return box;
}

function fillList(library) {
  if (!library.documents) { say(library.problem); return; }
  const rows = library.documents.map(entryRow);
  const more = library.total - library.documents.length;
  if (more > 0) rows.push(make('p', 'fn-hint', 'and ' + numbers.format(more) + ' more: type part of a name above'));
  if (!library.total) rows.push(make('p', 'fn-hint', library.filter ? 'No document has this in its name.' : 'No document yet.'));
  find('fn-entries').replaceChildren(...library.collections.map(collectionRow), ...rows);
  drawChoices();
}

function drawList(library) {
  title.textContent = 'Documents';
  say(library.problem);
  if (!library.documents) { subtitle.textContent = ''; body.replaceChildren(); return; }
  drawFolder(library);
  subtitle.textContent = library.folder + ' · tick what the next questions are about; nothing ticked: everything';
  const entries = make('div');
  entries.id = 'fn-entries';
  const again = make('button', 'fn-more', 'Read the folder again');
  again.type = 'button';
  again.onclick = async () => {
    again.disabled = true;
    again.textContent = 'Reading the folder …';
    await open('read_again', null, 'list');
  };
  const sure = library.strictness ? [strictnessBox(library.strictness)] : [];
  body.replaceChildren(...(library.total > 8 ? [filterBox(library)] : []), entries, again, ...sure);
  fillList(library);
  body.scrollTop = 0;
}

// How far the folder is read: asked often while it is, now and then otherwise.
let known = '';
async function follow() {
  let busy = false;
  try {
    const status = await server.status(null);
    busy = Boolean(status.reading);
    drawStatus(status);
    await drawNews(JSON.stringify([status.ready, status.known, status.changes]));
  } catch (error) {
    // Footnote is not running, or closing: asked again below.
  } finally {
    if (element.isConnected) setTimeout(follow, busy ? 1000 : 3000);
  }
}

function drawStatus(status) {
  const said = find('fn-reading');
  said.textContent = status.reading || (status.problem && 'Not up to date');
  said.title = status.reading ? status.detail : status.problem;
  said.hidden = !said.textContent;
  said.classList.toggle('fn-trouble', !status.reading);
  drawFolder(status);
}

async function drawNews(news) {
  const listed = () => !panel.hidden && panel.dataset.kind === 'list';
  const typing = body.contains(document.activeElement);
  const changed = known && news !== known;
  known = news;
  if (!changed || !listed() || typing) return;
  const filter = body.querySelector('.fn-filter');
  const found = await server.documents({ filter: filter ? filter.value : '' });
  if (listed()) fillList(found);
}

// While an answer is written its links are replaced many times a second, so a slow click may end on another node
// than it began on. What counts is where the pointer went down.
let pressed = null;
const link = (event) => event.target.closest && event.target.closest('a[href*="#cite-"]');
const handlers = {
  pointerdown(event) {
    const found = event.button === 0 ? link(event) : null;
    pressed = found ? { found, x: event.clientX, y: event.clientY } : null;
  },
  pointerup(event) {
    const was = pressed;
    pressed = null;
    if (was && Math.hypot(event.clientX - was.x, event.clientY - was.y) < 10) openSource(was.found);
  },
  click(event) {
    const found = link(event);
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.detail === 0) openSource(found);   // the keyboard; a pointer was served by pointerup
  },
  keydown(event) {
    if (event.key === 'Escape') close();
  },
};
for (const [name, handler] of Object.entries(window.footnoteHandlers || {})) {
  document.removeEventListener(name, handler, true);
}
window.footnoteHandlers = handlers;
for (const [name, handler] of Object.entries(handlers)) document.addEventListener(name, handler, true);

find('fn-close').onclick = close;
list.onclick = () => {
  if (!panel.hidden && panel.dataset.kind === 'list') close(); else open('documents', null, 'list');
};
find('fn-new').onclick = () => { close(); trigger('click'); };
find('fn-scope').onclick = () => { scope.clear(); limit(); drawChoices(); };
follow();

// Gradio labels each message with its source, markup and all; without it a screen reader reads the message.
new MutationObserver(() => {
  for (const message of document.querySelectorAll('#fn-chat [data-testid][aria-label]')) {
    message.removeAttribute('aria-label');
  }
}).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-label'] });
