extension Passwords {
    /// What many people choose first: Vietnamese and English, names of people, places and games, and numbers, folded to small letters and digits.
    static let common: Set<String> = Set(words.split { $0 == " " || $0 == "\n" }.map(String.init))

    private static let words = """
        000 0000 01234567 012345678 0123456789 02091945 0405 0987654321 101010 1102 111 1111 111222 112233 11223344
        1122334455 121212 123 123123 123321 1234 12341234 12344321 12345 123456 1234567 12345678 123456789 1234567890
        1234567890a 123456789a 123654 123qwe 123qweasd 123qweasdzxc 131313 13579 1357924680 147258 147852369 159357
        159753 19051890 19451975 1q2w3e 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 20112011 20242025 20252026 20262027 20302030
        2091945 22121944 222 2222 24680 2468013579 3004 30041975 321 321321 333 3333 3939 39393939 444 4444 456789 555
        5555 654321 666 6666 6868 68686868 741852963 7654321 777 7777 789456 789456123 7979 79797979 8686 86868686
        87654321 888 8888 963852741 987654321 9876543210 999 9999 a123456 a12345678 a123456789 a1b2c3 a1b2c3d4 aa123456
        abc abc123 abcabc abcd abcd1234 abcde abcdef abcxyz access admin adminadmin administrator agribank aibiet
        aicungbiet aimabiet alex alexander always amnhac andrew android angel angels anh anhduc anhdung anhminh anhngoc
        anhtuan anhyeu anhyeuem anna antam antoan anything apple april arsenal asd asd123 asdasd asdf asdfg asdfgh
        asdfghjkl ashley audition august autumn avenger avengers bababa baby babyboy babygirl babyshark bacgiang bacho
        bachochiminh bacholamanh backan bacninh baitap banana banbe banhmi banhoc banthan bantru baoanh baochau baongoc
        barcelona baseball basketball batman bautroi baybaybay beautiful beckham bestfriend bestfriends biahanoi
        bichngoc bichthuy bidv bienca bienxanh bigbang binhan binhyen birthday black blackpink blue bome bomeyeu
        bonbonbon bongda bongdavietnam boyfriend brother buddha bui bunbo buomxinh buonqua butterfly cacon cafe camon
        camonban cantho caobang caodang caphe capheda capheden cat chang changa changeme chanqua chaoban chaocacban
        charlie cheese chelsea chinchinchin chocolate chocon chotoivao christ chucmung chucmungnammoi chunhiem
        codosaovang coffee cogiao college comga company computer comtam conan conantham concho cong conga congai
        congnghe congphuong congthanh conmeo conmeocon contrai convit conyeu conyeubome conyeume cookie cristiano
        cristianoronaldo crystal cuchin cunyeu cuocdoi cuocsong cuocsongtuoidep daddy daihoc damvinhhung danang dance
        dang dangcongsan dangnhap daniel dantocnoitru database datinh datnuoc dauphithuongkhung david daylamatkhau
        daytot daytothoctot december default demo denvau diali diamond dienbien dienbienphu dienthoai dieulinh director
        do doandi doanthanhnien doanvien doanxem doclap doclaptudo doclaptudohanhphuc dog doimatkhau doiqua doivien
        dollar dongsong doraemon doremon dragon duc ducanh duchuy dung duong eagle earth education emyeu emyeuanh
        english everything facebook family fansipan father february ferrari fish flower football forest forever freedom
        freefire friday friend friends galaxy gamer garena gaucon gdtx george giabao giadinh giadinhtoi giahan giahuy
        giang giangapao giangthi giaoduc giaoducdaotao giaovien giaovienchunhiem ginger girlfriend gmail goku gold
        goodbye goodluck goodmorning goodnight google googlegmail green guest guitar ha hacker hagiang hai haianh
        haiduong haihaihai haiphong haiyen handsome hang hangthi hanh hanhphuc hanhphucmaimai hanoi hanoimuaxuan happy
        happybirthday happyday harley heaven hello hellohello hellokitty helloworld hengaplai heocon hero hethong hien
        hieutruong ho hoa hoaban hoabantrang hoabinh hoadao hoadongtien hoahoc hoahong hoahuongduong hoalan hoamai
        hoang hoanganh hoangduc hoangdung hoanghai hoanglinh hoanglong hoangminh hoangnam hoangson hoangthi
        hoangthuylinh hoangvan hoangyen hoasen hocbai hocgioi hochiminh hockey hocsinh hocsinhgioi hocsinhngoan hoctot
        hoctro honda hongmoi hongngoc hongnhung horse hotmail hue hung hunter huong huy huyen huyentrang huynh
        ilovejesus iloveu iloveyou instagram internet internet1 iphone ironman jack jackson january jennifer jessica
        jesus john jordan july june juventus k12online ketoan kevin khanh khanhhuyen khanhlinh khongbiet khongco
        khongcomatkhau khongdoan khongdoanduoc khongnho kiemtra kieu killer kim kimanh kimoanh king kitten kitty
        laichau laichauquetoi lambai lan lananh langson laocai lau lauthi le legend lethi letmein levan lichsu lienquan
        lienquanmobile linh lion liverpool lo login long lophoc lothi lovan love lovely loveme lover loveyou lucky
        luffy ly mai mamnon mamnonhoaban mamxanh manager manchester mancity manhhung manunited manutd march maria mark
        marvel mary master matday matdoi matkhau matkhaucu matkhaucuatoi matkhaukho matkhaulagi matkhaumoi matrix
        mattrang mattroi maugiao maytinh meocon meoden meomeo mercedes messi metqua michael microsoft minecraft minh
        minhanh minhduc minhhai minhhang minhhien minhngoc minhphuong minhthanh minhtuan mk mkmoi mobifone mocuara
        moicua mommy monday money monkey moon motcua motha mothaiba mothaibabon mothaibabonnam mothaibabonnamsau mother
        motmotmot motnambaba mountain mtp mua muaa muadong muaha muathu muaxuan muongla muongte music mylinh mypassword
        mytam mythuat nam namdinh nammoi namnamnam namnhun naruto network newpassword neymar nga nghean ngo ngoc
        ngocanh ngocha ngochue ngockhanh ngoclan ngoclinh ngoisao nguoidung nguoimay nguoiyeu nguvan nguyen nguyenthi
        nguyenvan nguyenvana nguyenvanan nhatminh nhatruong nhoanh nhoem nhung ninja nobita noitru nokia nothing
        november nuirung oanh ocean october office oldpassword onepiece oppo orange p4ssword panda parkhangseo pass
        passcode passw0rd passwd password password1 passwords paul pepper peter pham phamthi phamvan phan phanthi phobo
        phoenix phohieutruong phonggiaoduc phongtho phuong phuonganh phuongdung phuonglinh phuongmai phuongnam
        phuongnhung phuongthao phuongtrang phutho piano pikachu pink planet player pokemon porsche prince princess
        private project pssword ptdtbt ptdtnt pubg pubgmobile public puppy purple q123456 q1w2e3 q1w2e3r4 qazwsx
        qazwsxedc quanghai quanghuy quangminh quangninh quantri quantrivien queen quehuong quenmatkhau quenroi quochung
        quockhanh quynhanh quynhmai quynhtrang qwe qwe123 qweasd qweasdzxc qweqwe qwer qwert qwerty qwerty123 qwertyui
        qwertyuiop rainbow realmadrid river robert roblox ronaldo root rungnui sacombank saigon saigonmuonnam sample
        samsung samurai sapa sasuke saturday sausausau school secret secrets security september server service shadow
        shark sieunhan sieunhangao signin silver sinh sinhhoc sinho sister smas soccer socola sogiaoduc something son
        songoku sonla sontung sontungmtp spiderman spring star starwars storm strawberry student students summer sunday
        sung sungthi sunshine superman superstar superuser suzuki sweetheart system taikhoan tambiet tamduong tamtamtam
        tancao tanuyen taybac taynguyen teacher teachers techcombank temp temporary tentaikhoan test tester testing
        testtest tetdenroi thaibinh thainguyen thaison thanh thanhha thanhhai thanhhoa thanhhuong thanhhuyen thanhlong
        thanhmai thanhnam thanhnien thanhthao thanhthuy thanuyen thao thaoa thaovy thaygiao thcs theduc thepassword
        thieunien thihocki thocon thomas thpt thudohanoi thuha thuhang thuhien thuhuong thuhuyen thunder thuphuong
        thursday thuthao thuthuy thutrang thuvien thuy thuydung thuyhang thuylinh thuynga thuytrang tiendung tienganh
        tieuhoc tiger tiktok tinhban tinhoc tinhyeu toan toanhoc together toiquenmatkhau toiyeu toiyeuem toiyeuvietnam
        toor toquoc totnghiep toyota tphcm tran trang tranthi tranvan trasua trungcap trunghoc truong truonghoc
        trustno1 trustnoone tuan tuananh tuanhung tuanminh tudo tuesday tuoihoctro tuoitho tuoitre tuongvy tuquoc
        tuyenquang tuyensinh twitter university user username van vananh vang vanga vangthi vanlam vanthu vatly
        vietcombank vietha vietinbank vietnam vietnamese vietnammuonnam vietnamquetoi vietnamvodich viettel vinaphone
        vinhphuc vnedu vneid vo volamtruyenky volleyball vu vuilen vuitinh vuive vuthi warrior wednesday welcome
        welcomeback whatever white windows winter wolf xiaomi xinchao yahoo yamaha yellow yen yenbai yeu yeuanh yeubo
        yeubome yeuem yeugiadinh yeumai yeumaimai yeume yeumeoi yeunhau yourpassword youtube zalo zaq12wsx zaq1zaq1
        zing zingme zingmp3 zxc zxc123 zxcv zxcvb zxcvbn zxcvbnm
        """
}
