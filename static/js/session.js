// Who is signed in just now, as the server says, and a fresh token for the forms of this page if that is whose page it is.
export async function whoIsHere() {
  const answer = await fetch("/phone/session", { headers: { Accept: "application/json" }, cache: "no-store" });
  const { account, token } = await answer.json();
  if (account && account === document.body.dataset.account) {
    for (const input of document.querySelectorAll("[name=csrf_token]")) input.value = token;
  }
  return account;
}
