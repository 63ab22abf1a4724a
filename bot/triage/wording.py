"""What people type, brought to one spelling: simplified characters, half width, lower case, nothing between the strokes."""

import re
import unicodedata
from functools import lru_cache

# Only the traditional characters that the catalogue, the dangers and their company are written with.
_TRADITIONAL = (
    "電电樓楼燈灯壞坏氣气煙烟報报門门鎖锁頂顶牆墙裝装車车費费費费網网綫线線线閘闸斷断漲涨體体頭头頻频質质買买賣卖"
    "幫帮辦办證证醫医陪陪護护嬰婴兒儿媽妈爺爷奶奶傷伤嚴严膽胆腦脑臟脏髒脏廁厕糞粪廢废蟲虫鐵铁鋼钢險险災灾濃浓"
    "燒烧滅灭滿满無无沒没來来過过還还這这個个們们嗎吗麼么說说請请問问題题謝谢點点裡里裏里幾几歲岁歷历壓压讓让"
    "東东馬马鳥鸟鳴鸣魚鱼龍龙區区園园圍围圖图團团國国場场塊块塗涂層层處处處处號号擾扰擠挤據据損损摔摔搶抢撥拨"
    "擋挡擔担攔拦屍尸屬属崗岗庫库廠厂廣广應应廳厅彈弹後后從从恆恒悶闷愛爱惱恼戶户掃扫換换搖摇敗败數数斃毙"
    "時时曬晒會会東东柵栅條条棟栋業业極极樹树橋桥機机檢检欄栏歐欧殘残殺杀殼壳毆殴決决沖冲況况淚泪溝沟溫温漬渍"
    "漿浆潑泼澇涝濕湿濺溅瀉泻灑洒灘滩為为煉炼熱热爐炉爛烂牽牵狀状獨独獻献瑪玛環环產产畢毕異异疊叠痺痹瘋疯癲癫"
    "發发皺皱盜盗盞盏監监盤盘眾众睏困睜睁硯砚碼码禍祸禮礼種种稱称穩稳穿穿窩窝竄窜競竞筆笔節节範范築筑簡简籬篱"
    "糧粮糾纠紀纪約约紅红紙纸級级紛纷細细終终組组結结給给統统絕绝維维緊紧線线緩缓縫缝縣县總总績绩織织繞绕繩绳"
    "繳缴續续罵骂罷罢羅罗職职聯联聲声聽听聞闻脫脱腫肿腳脚膠胶臥卧臨临舊旧舖铺華华萬万葉叶蓋盖蓄蓄薦荐藥药"
    "蘭兰蠟蜡衛卫衝冲補补複复襲袭見见規规視视親亲覺觉觀观觸触訂订計计訊讯記记設设訪访許许評评詐诈詢询該该詳详"
    "話话誤误誰谁調调談谈論论講讲證证識识譁哗警警議议譽誉讀读變变豬猪貓猫財财貨货責责貼贴費费資资賊贼賠赔賭赌"
    "跡迹踐践躍跃軌轨軟软輕轻輛辆輪轮輸输轉转迴回連连週周進进遊游運运達达違违遠远適适遲迟遺遗郵邮鄉乡鄰邻醜丑"
    "醬酱釀酿釋释針针釣钓鈴铃鉛铅銀银銅铜銷销鋪铺錄录錢钱錯错鍋锅鍵键鎮镇鏈链鐘钟鑰钥鑽钻長长閉闭開开間间關关"
    "閱阅闖闯陰阴陳陈陽阳階阶隊队際际隨随隱隐難难電电霧雾靈灵靜静響响頁页順顺須须預预領领頗颇頸颈願愿類类顧顾"
    "顫颤風风飄飘飛飞飯饭飲饮飼饲飽饱養养餓饿館馆馱驮駕驾騎骑騙骗騷骚驗验驚惊髮发鬆松鬥斗鬧闹鬱郁麗丽齊齐齒齿"
    "墜坠壩坝嚇吓嗆呛噪噪夠够夥伙奪夺婦妇孫孙學学實实審审寫写寬宽將将專专尋寻對对導导屆届歸归當当徑径徵征惡恶"
    "慘惨懸悬戲戏托托掛挂揀拣撲扑撈捞擊击撞撞閃闪閥阀陷陷雜杂離离雲云塵尘墊垫壯壮殭僵渾浑湧涌溺溺漸渐潰溃"
)
_TO_SIMPLIFIED = str.maketrans(
    {_TRADITIONAL[i]: _TRADITIONAL[i + 1] for i in range(0, len(_TRADITIONAL), 2)}
    | {"嘅": "的", "喺": "在", "唔": "不", "冇": "没", "佢": "他", "啲": "些"}
)

_CJK = "\u3400-\u9fff"
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\ufe0e\ufe0f\u00ad]")
# Decoration within Chinese says nothing: "煤-气·泄*漏".
_DECORATION = re.compile(rf"(?<=[{_CJK}])[_\-~*·•.|/\\^+=#@'`]+(?=[{_CJK}])")
# A space beside one or two characters is a slip ("着 火 了", "电梯 困人"); any other stands for a comma.
_SLIP = re.compile(
    rf"(?:(?<=(?<![{_CJK}])[{_CJK}])|(?<=(?<![{_CJK}])[{_CJK}]{{2}}))[ \t]+(?=[{_CJK}])|(?<=[{_CJK}])[ \t]+(?=[{_CJK}]{{1,2}}(?![{_CJK}]))"
)
_GAP = re.compile(rf"(?<=[{_CJK}])[ \t]+(?=[{_CJK}])")
# Who sets every character apart ("着，火，了") means no pauses by it.
_SPACED = re.compile(rf"[{_CJK}](?:[，,、。…!！]+[{_CJK}](?![{_CJK}])){{2,}}")
_SENTENCES = re.compile(r"[。!?;\n\r…]+")
_CLAUSES = re.compile(r"[。!?;\n\r…,、:]+")
_PAUSES = re.compile(r"[^\w]+")


@lru_cache(maxsize=2048)  # Several look at what was just said, and at the words of cases nearby.
def normalise(text: str) -> str:
    """The text in one spelling; pauses and sentence ends stay, as , ! ? ; 。 and line ends."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_TO_SIMPLIFIED).lower()
    text = _GAP.sub(",", _SLIP.sub("", _DECORATION.sub("", text)))
    return _SPACED.sub(lambda found: _PAUSES.sub("", found[0]), text)


def sentences(normal: str) -> list[str]:
    """The sentences of a normalised text."""
    return [piece.strip() for piece in _SENTENCES.split(normal) if piece.strip()]


def clauses(normal: str) -> list[str]:
    """The pieces between pauses of a normalised text."""
    return [piece.strip() for piece in _CLAUSES.split(normal) if piece.strip()]
