module Shop
  class Error < StandardError; end
  class Declined < Error; end

  class Orders
    ROWS = { 17 => { name: "Ada", city: nil } }.freeze

    def place(id)
      row = find(id)
      charge(row)
    end

    def ship(id)
      find(id)[:city].upcase
    rescue NoMethodError
      raise Error, "cannot ship order #{id}"
    end

    def settle(ids)
      ids.each { |id| ship(id) }
    rescue Error => e
      raise Declined, "settlement gave up: #{e.message}"
    end

    def self.nightly(ids)
      new.settle(ids)
    end

    private

    def find(id)
      ROWS.fetch(id)
    end

    def charge(row)
      raise Declined, "card declined (#{row[:name]}): need 20.00 more"
    end
  end
end
