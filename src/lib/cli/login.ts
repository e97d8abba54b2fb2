export { currentLogin } from './current-login.js';
export { inviteAnswers, inviteOptions } from './invite-answers.js';
export { logOut } from './log-out.js';
export { loginOptions } from './login-options.js';
