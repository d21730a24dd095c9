// A choice of units or people as a box to type in: arrows and Enter choose, Escape goes back; the page itself is asked for more.
{
  const nameOf = (option) => (option?.dataset.name ?? option?.text ?? '').trim();

  function enhance(select, number) {
    const box = make('input', { type: 'text', id: select.id, required: select.required, autocomplete: 'off', spellcheck: false });
    const list = make('ul', { id: `picks-${number}`, className: 'picks', hidden: true });
    for (const [key, value] of Object.entries({
      role: 'combobox', 'aria-expanded': 'false', 'aria-autocomplete': 'list', 'aria-controls': list.id,
    })) box.setAttribute(key, value);
    for (const key of ['aria-describedby', 'aria-invalid']) if (select.hasAttribute(key)) box.setAttribute(key, select.getAttribute(key));
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', select.labels[0]?.textContent ?? '');
    [select.hidden, select.required] = [true, false];
    select.removeAttribute('id');
    const frame = make('div', { className: 'picker' }), none = make('p', { className: 'picks muted', textContent: words.nothing, hidden: true });
    select.before(frame);
    frame.append(box, list, none, select);
    let shown = [], active = -1, isAsking = false, asked, waiting;

    // Where nothing is chosen the words for it stand in the box as a hint, so that an empty one counts as empty.
    const chosen = () => (select.value === '' ? '' : nameOf(select.selectedOptions[0]));
    const settle = () => { box.value = chosen(); };
    box.placeholder = select.options[0]?.value === '' ? nameOf(select.options[0]) : '';
    const fits = (option, parts) => parts.every((part) => fold(option.text).includes(part));

    function point(index) {
      active = index;
      for (const [place, line] of [...list.children].entries()) line.setAttribute('aria-selected', String(place === index));
      if (index < 0) return box.removeAttribute('aria-activedescendant');
      box.setAttribute('aria-activedescendant', list.children[index].id);
      list.children[index].scrollIntoView({ block: 'nearest' });
    }

    // As a tree while nothing is typed; what a search found stands without the units above it.
    function draw(options, isTree = false) {
      shown = options.slice(0, 50);
      list.replaceChildren(...shown.map((option, index) => {
        const line = make('li', { id: `${list.id}-${index}`, className: `depth-${(isTree && option.dataset.depth) || 0}` });
        line.setAttribute('role', 'option');
        if (option.dataset.photo) line.append(make('img', { src: option.dataset.photo, alt: '', loading: 'lazy' }));
        line.append(make('span', { textContent: nameOf(option) }));
        if (option.dataset.rest) line.append(make('small', { textContent: option.dataset.rest }));
        return line;
      }));
      none.hidden = shown.length > 0;
      list.hidden = shown.length === 0;
      box.setAttribute('aria-expanded', String(!list.hidden));
      point(-1);
      if (list.getBoundingClientRect().bottom > innerHeight - 64) box.scrollIntoView({ block: 'center' });
      live.textContent = none.hidden ? '' : words.nothing;
    }

    function close() {
      clearTimeout(waiting);
      asked?.abort();
      [list.hidden, none.hidden, isAsking] = [true, true, false];
      box.setAttribute('aria-expanded', 'false');
      point(-1);
    }

    function choose(option) {
      const isSame = select.value === option.value;
      select.value = option.value;
      close();
      settle();
      if (!isSame) select.dispatchEvent(new Event('input', { bubbles: true }));
    }

    // What the page finds joins the choices, so that it can be chosen.
    async function ask(text) {
      asked?.abort();
      asked = new AbortController();
      try {
        const page = await pageAt(`${location.pathname}?${new URLSearchParams({ [select.dataset.picker]: text })}`, asked.signal);
        const known = new Set([...select.options].map((option) => option.value));
        for (const option of all(`select[name="${select.name}"] option`, page)) {
          if (!known.has(option.value)) { option.selected = false; select.append(document.adoptNode(option)); }
        }
        isAsking = false;
        if (document.activeElement === box) draw(matching(text));
      } catch (error) { if (error.name !== 'AbortError') isAsking = false; /* off the line: what is here can be chosen all the same */ }
    }

    function matching(text) {
      const parts = fold(text).split(/\s+/).filter(Boolean);
      return [...select.options].filter((option) => fits(option, parts));
    }

    box.addEventListener('input', () => {
      clearTimeout(waiting);
      draw(matching(box.value));
      isAsking = Boolean(select.dataset.picker) && box.value.trim().length > 1;
      if (isAsking) waiting = setTimeout(ask, 250, box.value);
    });
    box.addEventListener('click', () => { if (list.hidden) { box.select(); draw([...select.options], true); } });
    box.addEventListener('keydown', (event) => {
      const isOpen = !list.hidden, last = shown.length - 1, isTyped = box.value !== chosen();
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        const by = event.key === 'ArrowDown' ? 1 : -1;
        if (!isOpen) draw([...select.options], true);
        else point(active + by > last ? 0 : active + by < 0 ? last : active + by);
      } else if (event.key === 'Enter' && (isOpen || isTyped || isAsking)) {
        // A name half typed sends nothing: the form would go with what was chosen before.
        if (active >= 0) choose(shown[active]);
        else if (isTyped && isOpen && !isAsking) choose(shown[0]);
        else if (!isTyped) close();
      } else if (event.key === 'Escape' && (isOpen || isTyped)) { close(); settle(); } else return;
      event.preventDefault();
    });
    // A name typed whole is taken, an emptied box takes the choice back where one may; else what was chosen stands.
    box.addEventListener('blur', () => {
      const typed = fold(box.value), same = [...select.options].filter((option) => fold(nameOf(option)) === typed);
      close();
      if (typed === fold(chosen())) settle();
      else if (typed === '' && select.options[0]?.value === '') choose(select.options[0]);
      else if (same.length === 1) choose(same[0]);
      else settle();
    });
    list.addEventListener('mousedown', (event) => event.preventDefault());
    list.addEventListener('click', (event) => {
      const index = [...list.children].indexOf(event.target.closest('li'));
      if (shown[index]) choose(shown[index]);
    });
    select.form?.addEventListener('reset', () => setTimeout(settle));
    settle();
  }

  for (const [number, select] of all('select[data-picker]').entries()) enhance(select, number);
}
