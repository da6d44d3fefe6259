// Verifies messages by the npm package standardwebhooks, which knows nothing of the program that signed them. Reads
// [{secret, headers, body}] from the standard input and writes [true, false, …].
const { Webhook } = require("standardwebhooks");

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => { text += part; });
process.stdin.on("end", () => {
  const out = JSON.parse(text).map(({ secret, headers, body }) => {
    try {
      const message = new Webhook(secret).verify(body, headers);
      return typeof message.type === "string";
    } catch {
      return false;
    }
  });
  process.stdout.write(JSON.stringify(out));
});
