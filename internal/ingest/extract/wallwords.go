package extract

// Words of walls, lower case, in the languages of the press. None is changed.
//
//nolint:misspell // words of other languages
var (
	botPhrases = []string{
		"just a moment...", "just a moment…", "verify you are human", "verify that you are human", "verifying you are human", "verify you're human", "verify you are a human", "prove you are human", "confirm you are human", "are you a robot", "you are not a robot",
		"you're not a robot", "i'm not a robot", "checking your browser", "checking if the site connection is secure", "attention required!", "ddos protection by", "pardon our interruption",
		"press & hold", "press and hold", "unusual traffic from", "unusual activity from", "automated access to", "access denied", "access to this page has been denied", "you have been blocked", "request blocked", "your request has been blocked",
		"request unsuccessful", "enable javascript and cookies to continue", "complete the captcha", "solve the captcha", "security check to access", "security verification", "one more step", "bot verification", "human verification",
		"kein roboter", "sind sie ein mensch", "zugriff verweigert", "vérifiez que vous êtes humain", "vérification de sécurité", "n'êtes pas un robot", "accès refusé", "no eres un robot", "no soy un robot", "verifica que eres humano", "acceso denegado",
		"não é um robô", "não sou um robô", "verifique se você é humano", "acesso negado", "non sei un robot", "verifica di essere umano", "accesso negato", "geen robot", "nie jesteś robotem", "nejste robot", "robot olmadığınızı", "подтвердите, что вы не робот", "вы не робот", "доступ запрещен",
		"підтвердьте, що ви не робот", "لست روبوت", "تحقق من أنك إنسان", "تم رفض الوصول", "אינך רובוט", "आप रोबोट नहीं", "确认您是真人", "人机验证", "人機驗證", "安全验证", "请完成验证", "拒绝访问", "ロボットではありません", "アクセスが拒否", "로봇이 아닙니다",
	}
	errorPhrases = []string{
		"page not found", "page you are looking for", "page you requested could not be found", "page you were looking for", "page can't be found", "page cannot be found", "page doesn't exist", "page does not exist", "page isn't available", "content is no longer available", "article is no longer available", "this page is unavailable",
		"internal server error", "service unavailable", "temporarily unavailable", "bad gateway", "gateway timeout", "gateway time-out", "an error occurred", "something went wrong", "something has gone wrong", "technical difficulties", "down for maintenance", "under maintenance", "error establishing a database connection", "too many requests", "not available in your region", "unavailable for legal reasons", "not available in your country",
		"seite nicht gefunden", "seite wurde nicht gefunden", "seite existiert nicht", "ein fehler ist aufgetreten", "page introuvable", "page n'existe pas", "page n'a pas été trouvée", "une erreur est survenue", "página no encontrada", "página no existe", "página que busca no", "página não encontrada", "página não existe", "pagina non trovata", "pagina non esiste", "pagina niet gevonden", "strona nie istnieje", "stránka nebyla nalezena", "sayfa bulunamadı",
		"страница не найдена", "сторінку не знайдено", "الصفحة غير موجودة", "لم يتم العثور", "الصفحة المطلوبة", "הדף לא נמצא", "העמוד לא נמצא", "पेज नहीं मिला", "पृष्ठ नहीं मिला", "页面不存在", "页面未找到", "找不到页面", "页面无法访问", "找不到網頁", "ページが見つかりません", "페이지를 찾을 수 없습니다",
	}
	consentPhrases = []string{
		"before you continue", "we value your privacy", "your privacy choices", "we care about your privacy", "your privacy is important", "cookie consent", "consent to cookies", "this site uses cookies", "bevor sie fortfahren", "bevor sie zu", "wir benötigen ihre zustimmung", "ihre zustimmung",
		"avant de continuer", "avant d'accéder", "vos choix en matière de cookies", "nous respectons votre vie privée", "antes de continuar", "valoramos tu privacidad", "respetamos su privacidad", "valorizamos a sua privacidade", "prima di continuare", "voordat je verdergaat", "zanim przejdziesz dalej", "než budete pokračovat", "nous utilisons des cookies", "wir verwenden cookies",
		"قبل المتابعة", "لكل خصوصيتك", "לפני שתמשיכו", "прежде чем продолжить", "在继续之前", "続行する前に",
	}
	loginPhrases = []string{
		"you must log in to continue", "log in to continue", "login to continue", "sign in to continue", "please log in", "please sign in", "sign in to view", "log in to view", "log in to read", "sign in to read", "you need to log in", "you need to be logged in", "create an account to continue", "create a free account to", "register to continue", "register to read",
		"bitte melden sie sich an", "bitte anmelden", "connectez-vous pour", "veuillez vous connecter", "inicia sesión para", "inicie sesión para", "faça login para", "entre para continuar", "accedi per continuare", "log in om verder", "zaloguj się, aby", "přihlaste se", "войдите, чтобы", "увійдіть, щоб", "سجل الدخول", "يرجى تسجيل الدخول", "התחבר כדי", "जारी रखने के लिए लॉग इन", "请先登录", "请登录", "登录后", "ログインしてください", "ログインして", "로그인이 필요",
	}
	paywallPhrases = []string{
		"subscribe to continue", "subscribe to read", "subscribe to keep reading", "subscribe to unlock", "subscribe now to read", "subscribe for full access", "to continue reading", "to keep reading", "to read the full story, subscribe", "this article is for subscribers", "this story is for subscribers", "this content is for subscribers", "for subscribers only", "only available to subscribers", "available only to subscribers", "subscriber-only", "subscribers only", "exclusive to subscribers", "exclusively for subscribers",
		"unlock this article", "unlock this story", "become a subscriber to", "become a member to read", "members only", "members-only", "you have reached your limit", "you've reached your limit", "you have read your last free article", "your free articles", "free article limit", "start your free trial to",
		"réservé aux abonnés", "réservée aux abonnés", "réservé à nos abonnés", "reste à lire", "pour lire la suite", "abonnez-vous pour", "abonnés uniquement", "contenido exclusivo para suscriptores", "exclusivo para suscriptores", "solo para suscriptores", "suscríbete para", "suscríbase para", "para seguir leyendo", "exclusivo para assinantes", "exclusiva para assinantes", "assine para", "para continuar lendo",
		"weiterlesen mit", "jetzt weiterlesen", "nur für abonnenten", "exklusiv für abonnenten", "artikel freischalten", "diesen artikel weiterlesen", "lesen sie weiter mit", "mit abo", "riservato agli abbonati", "abbonati per", "per continuare a leggere", "alleen voor abonnees", "om verder te lezen", "tylko dla subskrybentów", "tylko dla prenumeratorów", "pouze pro předplatitele", "pro předplatitele", "för prenumeranter", "kun for abonnenter", "vain tilaajille", "sadece abonelere",
		"только для подписчиков", "доступно по подписке", "для подписчиков", "лише для передплатників", "للمشتركين فقط", "اشترك لمتابعة", "اشترك لقراءة", "למנויים בלבד", "להמשך קריאה הצטרפו", "केवल सदस्यों के लिए", "आगे पढ़ने के लिए सब्सक्राइब", "订阅后继续阅读", "订阅以继续", "付费阅读", "會員限定", "訂閱以繼續", "会員限定", "有料会員", "この記事は有料", "続きを読むには", "구독자 전용", "유료 회원",
	}
	scriptPhrases = []string{
		"enable javascript", "javascript is disabled", "javascript is required", "requires javascript", "turn on javascript", "activate javascript", "javascript aktivieren", "activer javascript", "activez javascript", "habilita javascript", "habilite javascript", "active javascript", "ative o javascript", "abilita javascript", "включите javascript", "启用javascript", "启用 javascript", "javascriptを有効", "تفعيل جافا", "تفعيل javascript",
	}
)
