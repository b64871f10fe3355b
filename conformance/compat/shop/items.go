package shop

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/gin-gonic/gin"
)

// item is what the shop sells.
type item struct {
	ID    int      `json:"id"`
	Name  string   `json:"name" binding:"required,max=40"`
	Price float64  `json:"price" binding:"gte=0"`
	Tags  []string `json:"tags,omitempty"`
}

// items are kept in memory. Who listens is told of new ones.
type items struct {
	mu        *sync.Mutex
	byID      map[int]item
	listeners map[chan item]bool
}

func newItems() items {
	return items{&sync.Mutex{}, map[int]item{1: {ID: 1, Name: "Tea & cake", Price: 4.5}}, map[chan item]bool{}}
}

func (s *items) list() []item {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.SortedFunc(maps.Values(s.byID), func(a, b item) int { return cmp.Compare(a.ID, b.ID) })
}

func (s *items) get(id int) (item, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.byID[id]
	return found, ok
}

// put replaces an item, and adds one whose ID is 0.
func (s *items) put(in item) item {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.ID == 0 {
		in.ID = len(s.byID) + 1
		for listener := range s.listeners {
			listener <- in
		}
	}
	s.byID[in.ID] = in
	return in
}

func (s *items) remove(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, id)
}

// listen returns a channel that gets what is put, until stop is called.
func (s *items) listen() (added <-chan item, stop func()) {
	listener := make(chan item, 8)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners[listener] = true
	return listener, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.listeners, listener)
	}
}

func (s *shop) listItems(c *gin.Context) {
	c.Header("Cache-Control", "no-cache")
	c.IndentedJSON(http.StatusOK, gin.H{"items": s.items.list(), "page": c.DefaultQuery("page", "1"), "tags": c.QueryArray("tag")})
}

// find returns the item of the path, or answers that there is none.
func (s *shop) find(c *gin.Context) (item, bool) {
	id, err := strconv.Atoi(c.Param("id"))
	found, ok := s.items.get(id)
	if err != nil || !ok {
		c.AbortWithStatusJSON(http.StatusNotFound, gin.H{"error": "no such item"})
		return item{}, false
	}
	return found, true
}

func (s *shop) showItem(c *gin.Context) {
	if found, ok := s.find(c); ok {
		c.JSON(http.StatusOK, found)
	}
}

// addItem leaves errors to answerErrors.
func (s *shop) addItem(c *gin.Context) {
	var in item
	if err := c.ShouldBindJSON(&in); err != nil {
		_ = c.Error(err)
		return
	}
	in.ID = 0
	c.JSON(http.StatusCreated, s.items.put(in))
}

// replaceItem binds with the method that answers 400 by itself.
func (s *shop) replaceItem(c *gin.Context) {
	found, ok := s.find(c)
	if !ok {
		return
	}
	in := item{}
	if err := c.BindJSON(&in); err != nil {
		return
	}
	in.ID = found.ID
	c.JSON(http.StatusOK, s.items.put(in))
}

// patchItem decodes by hand, as code does that is older than the framework.
func (s *shop) patchItem(c *gin.Context) {
	found, ok := s.find(c)
	if !ok {
		return
	}
	decoder := json.NewDecoder(c.Request.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&found); err != nil {
		http.Error(c.Writer, err.Error(), http.StatusBadRequest)
		return
	}
	c.JSON(http.StatusOK, s.items.put(found))
}

func (s *shop) removeItem(c *gin.Context) {
	if found, ok := s.find(c); ok {
		s.items.remove(found.ID)
		c.Status(http.StatusNoContent)
	}
}

// search takes a form or a query string.
func (s *shop) search(c *gin.Context) {
	var in struct {
		Text string   `form:"text"`
		Tags []string `form:"tag"`
	}
	if err := c.ShouldBind(&in); err != nil {
		_ = c.Error(err)
		return
	}
	c.PureJSON(http.StatusOK, gin.H{"text": in.Text, "tags": in.Tags, "first": c.PostForm("tag"), "sort": c.Query("sort")})
}

// either tries two shapes of one body.
func either(c *gin.Context) {
	var one struct {
		Name string `json:"name" binding:"required"`
	}
	var many []string
	if err := c.ShouldBindBodyWithJSON(&one); err == nil {
		c.String(http.StatusOK, "one: %s", one.Name)
	} else if other := c.ShouldBindBodyWithJSON(&many); other == nil {
		c.String(http.StatusOK, "many: %q", many)
	} else {
		c.String(http.StatusBadRequest, "%v", errors.Join(err, other))
	}
}

func echoXML(c *gin.Context) {
	var in struct {
		Name string `xml:"name"`
	}
	if err := c.ShouldBindXML(&in); err != nil {
		c.XML(http.StatusBadRequest, gin.H{"error": err.Error()})
		return
	}
	c.XML(http.StatusOK, in)
}
