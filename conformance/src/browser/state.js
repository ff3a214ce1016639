(() => {
    if (!document.documentElement) return null;
    const acting = 'input, button, select, textarea, a, [role=button]';
    const telling = '[role=alert], [class*=error], [class*=alert], [class*=danger], [class*=invalid]';
    const isVisible = element => element.checkVisibility({ visibilityProperty: true });
    const copy = document.documentElement.cloneNode(true);
    const [elements, texts] = [acting, telling].map(selector => [...document.querySelectorAll(selector)]);
    const [copies, copiesOfTexts] = [acting, telling].map(selector => [...copy.querySelectorAll(selector)]);
    copiesOfTexts.forEach((one, index) => isVisible(texts[index]) || one.remove());
    copies.forEach((one, index) => {
        const element = elements[index];
        if (element.type !== 'hidden' && element.type !== 'checkbox' && element.type !== 'radio' && !isVisible(element)) {
            one.remove();
            return;
        }
        one.setAttribute('data-conformance-mark', index);
        if (element.type === 'checkbox' || element.type === 'radio') {
            one.toggleAttribute('checked', element.checked);
        } else if (element.localName === 'select') {
            [...one.options].forEach((option, number) => option.toggleAttribute('selected', element.options[number].selected));
        } else if (element.localName === 'input' && element.type !== 'hidden' && element.value && !one.getAttribute('value')) {
            // A value is there. The value itself may be secret.
            one.setAttribute('value', '…');
        }
    });
    window.conformanceElements = elements;
    const complete = document.readyState === 'complete';
    return { html: copy.outerHTML, url: location.href, complete, made: String(performance.timeOrigin) };
})()
