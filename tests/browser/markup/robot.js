// Fills a form with markup and sends it: what a person could type who is faster than a driver. Each text
// gets a mark of its own and as many payloads as it takes; what is refused is tried again with fewer, and
// at last as an address. The answer says what was taken, and what takes no markup at all.
const [given, done] = arguments;
const ROOMS = [1e9, 4900, 1900, 480, 310, 190, 110, 0];
const DAYS = [['20', '11', '2026'], ['22', '11', '2026'], ['1', '12', '2026'], ['', '', '']];
// What a field that takes no markup may want in its place.
const PLAIN = ['14', 'somebody@example.org', 'TEST/00001'];
const PART = /(^|[./-])(day|month|year)$/;
const TEXT = 'textarea, input[type=text], input[type=email], input[type=tel], input[type=search], input[type=url]';
const state = given.state ?? { texts: {}, days: {}, picked: {} };
const all = given.payloads;

const parse = text => new DOMParser().parseFromString(text, 'text/html');
const names = (form, css) => [...new Set([...form.querySelectorAll(css)].map(e => e.name).filter(Boolean))];

function pack(name, line) {
    const start = [...name].reduce((sum, c) => sum + c.charCodeAt(0), 0) % all.length;
    const t = state.texts[name] ??= { level: /link$/.test(name) ? ROOMS.length - 1 : 0, next: start, left: all.length, had: [] };
    const mark = `mk@${given.count++}k`, link = ROOMS[t.level] === 0;
    const room = link ? 1900 : Math.min(ROOMS[t.level], given.room);
    let text = link ? `https://example.org/${mark}` : mark;
    for (t.took = 0; t.took < (t.left || all.length); t.took++) {
        let payload = all[(t.next + t.took) % all.length];
        // What ends a link is not of one.
        if (link) payload = payload.replace(/[\s"<>\\]/g, '');
        // A line has no tab, and what is longer than the room is for longer fields.
        if (line && payload.includes('\t') || payload.length + mark.length + 1 > room) continue;
        if (text.length + payload.length + 1 > room) break;
        text += (link ? '/' : line ? ' ' : '\n') + payload;
    }
    return text;
}

function choose(form, data, name) {
    const options = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    const many = options[0].tagName === 'SELECT' ? [...options[0].options].filter(o => o.value) : options;
    if (!many.length) return;
    // A text that belongs to one option is shown with that option.
    const detail = form.querySelector(`[name="${CSS.escape(name.replace(/choice$/, 'detail'))}"]`);
    const label = detail && name.endsWith('choice') && form.querySelector(`label[for="${detail.id}"]`)?.textContent || '';
    const told = many.findIndex(o => label.startsWith(`${form.querySelector(`label[for="${o.id}"]`)?.textContent}:`));
    const picked = state.picked[name] ?? (told >= 0 ? told : label.startsWith('Say more') ? 0 : undefined);
    if (picked === undefined && data.has(name) && data.get(name) !== '') return;
    data.set(name, many[(picked ?? 0) % many.length].value);
}

function fill(form) {
    const data = new URLSearchParams(new FormData(form));
    const set = name => Object.hasOwn(given.set, name);
    const [pattern, option] = (given.pick ?? '').split('=');
    for (const name of names(form, 'input[type=radio], select')) {
        if (set(name)) continue;
        if (option && new RegExp(pattern).test(name) && state.picked[name] === undefined) data.set(name, option);
        else choose(form, data, name);
    }
    for (const name of names(form, 'input[type=checkbox]')) {
        if (set(name)) continue;
        if (state.picked[name] !== undefined) choose(form, data, name);
        if (given.tick && new RegExp(given.tick).test(name)) data.set(name, form.querySelector(`[name="${CSS.escape(name)}"]`).value);
    }
    const sent = {};
    for (const name of names(form, TEXT)) {
        if (set(name)) continue;
        const part = PART.exec(name);
        if (part) {
            const day = state.days[name.slice(0, part.index)];
            if (day !== undefined || given.days && !data.get(name)) data.set(name, DAYS[(day ?? 0) % DAYS.length][['day', 'month', 'year'].indexOf(part[2])]);
            continue;
        }
        if (state.texts[name]?.refused) {
            const plain = PLAIN[state.texts[name].plain];
            if (plain || data.get(name)?.includes('mk@')) data.set(name, plain ?? '');
            continue;
        }
        sent[name] = pack(name, form.elements.namedItem(name).tagName !== 'TEXTAREA');
        data.set(name, sent[name]);
    }
    const [wanted, value] = given.form.split('=');
    const buttons = [...form.querySelectorAll('button:not([type=button])')];
    const button = buttons.find(b => b.name === wanted && b.value === value) ?? buttons[0];
    if (button?.name && !set(button.name)) data.append(button.name, button.value);
    for (const [name, value] of Object.entries(given.set)) {
        data.delete(name);
        for (const one of [value].flat()) data.append(name, one);
    }
    return [data, sent];
}

// Changes what is tried next; says whether there is anything left to try.
function learn(doc, sent) {
    const wrong = [...doc.querySelectorAll('.nhsuk-error-summary a[href^="#"]')].map(a => doc.getElementById(a.hash.slice(1)));
    let learnt = false;
    for (const control of wrong) {
        const name = control?.name ?? control?.querySelector('[name]')?.name;
        if (!name || Object.hasOwn(given.set, name)) continue;
        const part = PART.exec(name), t = state.texts[name];
        if (part) {
            const base = name.slice(0, part.index);
            state.days[base] = (state.days[base] ?? -1) + 1;
            learnt ||= state.days[base] < 40 * DAYS.length;
        } else if (Object.hasOwn(sent, name)) {
            if (t.level + 1 < ROOMS.length) t.level++; else t.refused = true;
            learnt = true;
        } else if (t) {
            t.plain = (t.plain ?? -1) + 1;
            learnt ||= t.plain < PLAIN.length;
        } else {
            state.picked[name] = (state.picked[name] ?? -1) + 1;
            learnt ||= state.picked[name] < 400;
        }
    }
    return learnt;
}

(async () => {
    for (let attempt = 0; attempt < 40; attempt++) {
        const got = await fetch(given.path);
        const doc = parse(await got.text());
        const words = (doc.querySelector('main')?.textContent ?? '').slice(0, 1500);
        if (!got.ok) throw `GET ${got.status}: ${words}`;
        const action = f => f.getAttribute('action') ?? given.path;
        const forms = [...doc.querySelectorAll('main form')].filter(f => f.method === 'post');
        const [wanted, value] = given.form.split('=');
        const holds = f => value ? [...f.elements].some(e => e.name === wanted && e.value === value) : action(f).endsWith(wanted) || f.elements.namedItem(wanted);
        const form = given.form ? forms.find(holds) : forms.find(f => f.querySelector(TEXT)) ?? forms[0];
        if (!form) throw `no such form: ${words}`;
        const controls = names(form, TEXT).filter(n => !PART.test(n));
        const [data, sent] = fill(form);
        const answer = await fetch(action(form), { method: 'POST', body: data });
        const page = parse(await answer.text());
        if (answer.ok && !page.querySelector('.nhsuk-error-summary')) {
            for (const name of Object.keys(sent)) {
                const t = state.texts[name];
                for (let n = 0; n < t.took; n++) t.had.push((t.next + n) % all.length);
                t.had = [...new Set(t.had)];
                t.next += t.took;
                t.left = Math.max(0, t.left - t.took);
            }
            return done({ at: new URL(answer.url).pathname, action: action(form), sent, controls, state, count: given.count, said: page.body.textContent + [...page.querySelectorAll('input')].map(e => e.value).join(' ') });
        }
        const said = page.querySelector('main')?.textContent.slice(0, 900);
        if (answer.status === 413) for (const name of Object.keys(sent)) state.texts[name].level = Math.min(state.texts[name].level + 1, ROOMS.length - 2);
        else if (answer.status !== 422 && !answer.ok || !learn(page, sent)) throw `POST ${answer.status}: ${said}`;
        given.said = said;
    }
    throw `gives up: ${given.said}`;
})().catch(e => done(String(e?.stack ?? e)));
