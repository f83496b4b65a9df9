/**
 * A real Thunderbird with a profile of its own, without a window and without a word to any host but those of the test.
 * What it does, it does by its own functions: those behind its dialogs.
 */

import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { marionette } from "./marionette.mjs";

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;
/** Without a desktop around it there are no icons, which it says several hundred times. */
const NOISE = /^(.*(gtk_|Gtk-|GFX1).*)?\n/gm;
/** How long one act may take. */
const ACT_LIMIT_MS = 20_000;

/** Nothing is fetched, told or looked for, and nothing waits for somebody to answer. */
const QUIET = {
  // Any free port.
  "marionette.port": 0,
  "app.update.enabled": false,
  "app.update.disabledForTesting": true,
  "app.normandy.enabled": false,
  "browser.safebrowsing.downloads.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "datareporting.healthreport.uploadEnabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.blocklist.enabled": false,
  "extensions.getAddons.cache.enabled": false,
  "extensions.systemAddon.update.enabled": false,
  "extensions.update.enabled": false,
  "mail.chat.enabled": false,
  "mail.inappnotifications.enabled": false,
  "mail.provider.enabled": false,
  "mail.rights.version": 1,
  "mail.shell.checkDefaultClient": false,
  "mail.spotlight.firstRunDone": true,
  "mail.winsearch.firstRunDone": true,
  "mailnews.start_page.enabled": false,
  "media.gmp-manager.updateEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.dns.disablePrefetch": true,
  "services.settings.server": "data:,#remote-settings-dummy/v1",
  "toolkit.telemetry.enabled": false,
  "toolkit.telemetry.server": "data:,",
  // Only what is asked for is synchronised, so that who looks sees the effect of one act.
  "calendar.notifications.times": "",
  "calendar.timezone.local": "Europe/Berlin",
  "calendar.timezone.useSystemTimezone": false,
};

/** A mail account as most people have one beside their calendar: it can send invitations by itself. */
const mailing = ({ name, address, port }) => ({
  "mail.accountmanager.accounts": "account1",
  "mail.accountmanager.defaultaccount": "account1",
  "mail.account.account1.server": "server1",
  "mail.account.account1.identities": "id1",
  "mail.server.server1.type": "pop3",
  "mail.server.server1.hostname": "127.0.0.1",
  "mail.server.server1.userName": address,
  "mail.server.server1.login_at_startup": false,
  "mail.server.server1.check_new_mail": false,
  "mail.identity.id1.fullName": name,
  "mail.identity.id1.useremail": address,
  "mail.identity.id1.valid": true,
  "mail.identity.id1.fcc": false,
  "mail.identity.id1.smtpServer": "smtp1",
  "mail.smtpservers": "smtp1",
  "mail.smtp.defaultserver": "smtp1",
  "mail.smtpserver.smtp1.hostname": "127.0.0.1",
  "mail.smtpserver.smtp1.port": port,
  // Neither TLS nor a password.
  "mail.smtpserver.smtp1.try_ssl": 0,
  "mail.smtpserver.smtp1.authMethod": 1,
});

/**
 * @param {{ name: string, address: string, port: number }} mail whose it is, and where it hands in letters
 */
export async function thunderbird(mail) {
  const profile = await mkdtemp(join(tmpdir(), "rennsteig-thunderbird-"));
  const settings = Object.entries({ ...QUIET, ...mailing(mail) });
  const lines = settings.map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  await writeFile(join(profile, "user.js"), lines.join(""));
  let output = "";
  let listens;
  /** The free port that it took, which it says in its log. */
  const listening = new Promise((settle) => (listens = settle));
  const note = (chunk) => {
    output += chunk.toString().replaceAll(NOISE, "");
    const port = /Listening on port (\d+)\n/.exec(output)?.[1];
    if (port) listens(Number(port));
  };
  const words = ["--headless", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", profile];
  // Where no server for names is, it is not waited for.
  const environment = { ...process.env, HOME: profile, RES_OPTIONS: "timeout:1 attempts:1", MOZ_CRASHREPORTER_DISABLE: "1" };
  const child = spawn("/usr/lib/thunderbird/thunderbird", words, { stdio: ["ignore", "pipe", "pipe"], env: environment });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", note);
  const ended = new Promise((end) => {
    child.once("exit", (code, signal) => end(`it ended with ${signal ?? code}`));
    child.once("error", (error) => end(`it could not be started: ${error.message}`));
  });
  const stop = async (quit) => {
    await quit?.().catch(() => {});
    const hangs = await Promise.race([ended.then(() => false), after(STOP_LIMIT_MS, true)]);
    if (hangs) child.kill("SIGKILL");
    await ended;
    await rm(profile, { recursive: true, force: true });
  };
  try {
    const port = await Promise.race([listening, ended, after(START_LIMIT_MS, "it did not start in time")]);
    if (typeof port !== "number") throw new Error(port);
    const line = await marionette(port, ACT_LIMIT_MS);
    return {
      run: line.run,
      output: () => output,
      stop: () => stop(line.quit),
    };
  } catch (error) {
    child.kill("SIGKILL");
    await stop();
    throw new Error(`Thunderbird of ${mail.name}: ${error.message}\n${output}`);
  }
}

function after(limit, value) {
  return new Promise((settle) => setTimeout(settle, limit, value).unref());
}
