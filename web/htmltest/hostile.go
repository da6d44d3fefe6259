package htmltest

// Hostile is a text that becomes code, markup, a header, a formula or another text somewhere, unless it is escaped for its place.
const Hostile = `=cmd()|' /C calc'!A0 "><script>alert(1)</script></title></textarea><!-- --> ]]> &evil; &#0; ' onmouseover='alert(1) \"}}{{x}} ${x} %0d%0aX-Evil:%201 ` +
	"\u202e\u2066\u2028\r\nX-Evil: 1\r\n\r\n<svg onload=alert(1)><b>\x01\x1b[31m\ufffe\ufdd0\U0010ffff 😀𠮷 [x](javascript:alert(1)) ![p](https://evil.example/p.png) @article{x, \\input{y}"

// Payloads returns texts that become code where they are not escaped for their place, each for one kind of place.
func Payloads() []string {
	return []string{
		`"><script>alert(1)</script>`,
		`' onmouseover='alert(1)' x='`,
		`</title></script><img src=x onerror=alert(1)>`,
		`javascript:alert(1)`,
		`data:text/html,<script>alert(1)</script>`,
		`//evil.example/x" onfocus=alert(1) autofocus "`,
		"[x](javascript:alert(1)) <svg onload=alert(1)> ![p](https://evil.example/p.png)",
		"\u202e\u0000\xff<b>",
	}
}
